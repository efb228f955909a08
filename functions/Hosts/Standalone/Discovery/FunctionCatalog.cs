using System.Reflection;

namespace Serverless.Hosts.Standalone.Discovery;

/// <summary>
/// The functions of the application. One that this host could not run as the Azure host does is refused here, before anything starts.
/// </summary>
internal sealed class FunctionCatalog
{
    private FunctionCatalog(IReadOnlyList<FunctionDefinition> functions) => Functions = functions;

    public IReadOnlyList<FunctionDefinition> Functions { get; }

    /// <exception cref="StartupException">A name is used twice, or a function's trigger, parameters, route or schedule cannot be served.</exception>
    public static FunctionCatalog Discover(IEnumerable<Type> types)
    {
        var functions = types
            .Where(type => type is { IsClass: true, ContainsGenericParameters: false })
            .SelectMany(type => type.GetMethods(
                BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Select(method => (Method: method, Attribute: method.GetCustomAttribute<FunctionAttribute>()))
            .Where(candidate => candidate.Attribute is not null)
            .Select(candidate => FunctionBinder.Bind(candidate.Attribute!.Name, candidate.Method))
            .OrderBy(function => function.Name, StringComparer.OrdinalIgnoreCase)
            .ToArray();

        // Receipts, leases and queues are named by the function in lower case.
        var shared = functions.GroupBy(function => function.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1);
        if (shared is not null)
        {
            var places = string.Join(" and ", shared.Select(function => $"{function.Class.Name}.{function.Method.Name}"));
            throw new StartupException($"The function name '{shared.Key}' is used by {places}: each function needs a name of its own.");
        }

        return new FunctionCatalog(functions);
    }
}
