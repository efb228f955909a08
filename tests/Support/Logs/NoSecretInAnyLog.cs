using System.Buffers;
using Xunit;

namespace Serverless.Tests.Support.Logs;

/// <summary>When the run is over: nothing secret that it used is in what its servers logged. Its failure is that of the assembly's clean-up.</summary>
public sealed class NoSecretInAnyLog : IAsyncLifetime
{
    private const int MaxShown = 20;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        var leaks = Find(RunLog.Take(), UsedSecrets.All);
        return leaks.Count == 0
            ? ValueTask.CompletedTask
            : throw new InvalidOperationException($"{leaks.Count} lines of the servers' logs hold what must not be in any:\n{string.Join('\n', leaks.Take(MaxShown))}");
    }

    /// <returns>The lines that hold one of the values, or something that is secret by its shape.</returns>
    public static IReadOnlyList<string> Find(IEnumerable<string> lines, IReadOnlyCollection<string> secrets)
    {
        var values = SearchValues.Create([.. secrets], StringComparison.OrdinalIgnoreCase);
        return [.. lines.Where(line => line.AsSpan().ContainsAny(values) || UsedSecrets.IsSecretByItsShape(line))];
    }
}
