using System.Reflection;
using System.Text.RegularExpressions;

namespace Serverless.Management.Documents;

/// <summary>A call of the management API, as its function's attributes tell it in either host.</summary>
/// <param name="Name">Of the function.</param>
/// <param name="Method">In lower case.</param>
/// <param name="Route">Below <c>/api</c>.</param>
/// <param name="Told">What the document says of it.</param>
internal sealed partial record ManagedOperation(string Name, string Method, string Route, OperationAttribute Told)
{
    private const string Api = "api/";
    private const string Prefix = Api + "manage/";

    /// <summary>Names in braces, in their order.</summary>
    public IEnumerable<string> PathParameters => Placeholder().Matches(Route).Select(match => match.Groups["name"].Value);

    /// <summary>What it is about: the first fixed part of the route that says more than which app.</summary>
    public string Tag => Route.Split('/').Skip(1).Where(part => !part.StartsWith('{')) is var parts && parts.Skip(1).FirstOrDefault() is { } within ? within : parts.First();

    /// <returns>Every function below <c>/api/manage</c>, in the order of routes and methods.</returns>
    /// <exception cref="InvalidOperationException">One of them does not say what it does.</exception>
    public static IReadOnlyList<ManagedOperation> Discover() =>
    [
        .. typeof(ManagedOperation).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(method => method.GetCustomAttribute<FunctionAttribute>() is not null)
            .SelectMany(Read)
            .OrderBy(operation => operation.Route, StringComparer.Ordinal)
            .ThenBy(operation => operation.Method, StringComparer.Ordinal),
    ];

    private static IEnumerable<ManagedOperation> Read(MethodInfo function)
    {
        var name = function.GetCustomAttribute<FunctionAttribute>()!.Name;
        var trigger = function.GetParameters().Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()).FirstOrDefault(found => found is not null);
        if (trigger?.Route is not { } route || !route.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return [];
        }

        var told = function.GetCustomAttribute<OperationAttribute>()
            ?? throw new InvalidOperationException($"The function '{name}' is below '{Prefix}' and has no [Operation].");
        return trigger.Methods!.Select(method => new ManagedOperation(name, method.ToLowerInvariant(), route[Api.Length..], told));
    }

    [GeneratedRegex(@"\{(?<name>[a-z]+)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}
