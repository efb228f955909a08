using System.Diagnostics;

namespace Serverless.Tests.Support;

/// <summary>Waits for a condition instead of for a time: polls until it holds, and fails with a sentence when it does not.</summary>
public static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <param name="because">What should have become true, as a sentence: it is all that a failed run shows.</param>
    /// <exception cref="TimeoutException">The condition did not hold within the deadline. What it throws itself passes through.</exception>
    public static Task True(Func<Task<bool>> condition, TimeSpan deadline, string because, CancellationToken cancellationToken = default) =>
        Value(async () => await condition() ? new object() : null, deadline, because, cancellationToken);

    /// <inheritdoc cref="True(Func{Task{bool}}, TimeSpan, string, CancellationToken)"/>
    public static Task True(Func<bool> condition, TimeSpan deadline, string because, CancellationToken cancellationToken = default) =>
        True(() => Task.FromResult(condition()), deadline, because, cancellationToken);

    /// <summary>Polls until the probe answers something, and returns that.</summary>
    /// <inheritdoc cref="True(Func{Task{bool}}, TimeSpan, string, CancellationToken)"/>
    public static async Task<T> Value<T>(Func<Task<T?>> probe, TimeSpan deadline, string because, CancellationToken cancellationToken = default)
        where T : class
    {
        var started = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Interval);

        do
        {
            if (await probe() is { } found)
            {
                return found;
            }

            if (Stopwatch.GetElapsedTime(started) > deadline)
            {
                throw new TimeoutException($"{because} Still not so after {deadline.TotalSeconds:0.#} s.");
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));

        throw new OperationCanceledException(cancellationToken);
    }
}
