using System.Collections.Concurrent;

namespace Serverless.Tests.Storage.Triggers;

/// <summary>What a test's function does when it runs, and what it has been run with.</summary>
internal sealed class FunctionProbe(Func<string, CancellationToken, Task> run)
{
    private readonly ConcurrentQueue<string> _started = new();
    private int _running;
    private int _mostRunning;

    public FunctionProbe()
        : this((_, _) => Task.CompletedTask)
    {
    }

    public IReadOnlyCollection<string> Started => _started;

    public int MostRunning => _mostRunning;

    public async Task RunAsync(string input, CancellationToken cancellation)
    {
        _started.Enqueue(input);
        var running = Interlocked.Increment(ref _running);
        InterlockedMax(ref _mostRunning, running);
        try
        {
            await run(input, cancellation);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); seen < value; seen = Volatile.Read(ref target))
        {
            Interlocked.CompareExchange(ref target, value, seen);
        }
    }
}
