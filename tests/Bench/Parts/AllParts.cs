using System.Reflection;
using BenchmarkDotNet.Attributes;

namespace Serverless.Bench.Parts;

/// <summary>Every benchmark, for a test that they can be run.</summary>
internal static class AllParts
{
    /// <returns>What each came to, by class and method.</returns>
    public static async Task<IReadOnlyDictionary<string, object?>> RunOnceAsync()
    {
        var results = new Dictionary<string, object?>();
        foreach (var type in typeof(AllParts).Assembly.GetTypes().Where(type => MarkedOf<BenchmarkAttribute>(type).Any()))
        {
            var part = Activator.CreateInstance(type)!;
            foreach (var benchmark in MarkedOf<BenchmarkAttribute>(type))
            {
                var result = benchmark.Invoke(part, null);
                results.Add($"{type.Name}.{benchmark.Name}", result is Task<object> task ? await task : result);
            }

            foreach (var cleanUp in MarkedOf<GlobalCleanupAttribute>(type))
            {
                cleanUp.Invoke(part, null);
            }
        }

        return results;
    }

    private static IEnumerable<MethodInfo> MarkedOf<T>(Type type)
        where T : Attribute => type.GetMethods().Where(method => method.IsDefined(typeof(T)));
}
