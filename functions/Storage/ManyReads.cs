using System.Collections.Immutable;

namespace Serverless.Storage;

/// <summary>Reads many things, some at a time: a thousand connections at once take longer than a few that are used again.</summary>
internal static class ManyReads
{
    private const int AtOnce = 32;

    /// <returns>What was read, in the order of the keys.</returns>
    public static async Task<ImmutableArray<T>> RunAsync<TKey, T>(IEnumerable<TKey> keys, Func<TKey, CancellationToken, Task<T>> read, CancellationToken cancellation)
    {
        var all = keys.ToArray();
        var results = new T[all.Length];
        await Parallel.ForAsync(
            0,
            all.Length,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (place, token) => results[place] = await read(all[place], token));
        return [.. results];
    }
}
