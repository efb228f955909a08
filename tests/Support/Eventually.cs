using System.Diagnostics;
using Xunit;

namespace Serverless.Tests.Support;

/// <summary>Waits for a condition instead of for a time: polls until it holds, and fails with a sentence when it does not. Ends with the test.</summary>
public static class Eventually
{
    /// <summary>Generous, for only a test that fails waits for it.</summary>
    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan LongestInterval = TimeSpan.FromMilliseconds(200);

    /// <param name="because">What should have become true, as a sentence: it is all that a failed run shows.</param>
    /// <param name="deadline">A minute unless told.</param>
    /// <exception cref="TimeoutException">The condition did not hold within the deadline. What it throws itself passes through.</exception>
    public static Task True(Func<Task<bool>> condition, string because, TimeSpan? deadline = null) =>
        Value(async () => await condition() ? new object() : null, because, deadline);

    /// <inheritdoc cref="True(Func{Task{bool}}, string, TimeSpan?)"/>
    public static Task True(Func<bool> condition, string because, TimeSpan? deadline = null) =>
        True(() => Task.FromResult(condition()), because, deadline);

    /// <summary>Polls until the probe answers something, and returns that.</summary>
    /// <inheritdoc cref="True(Func{Task{bool}}, string, TimeSpan?)"/>
    public static async Task<T> Value<T>(Func<Task<T?>> probe, string because, TimeSpan? deadline = null)
        where T : class
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var limit = deadline ?? DefaultDeadline;
        var started = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(ShortestInterval);

        do
        {
            if (await probe() is { } found)
            {
                return found;
            }

            var waited = Stopwatch.GetElapsedTime(started);
            if (waited > limit)
            {
                throw new TimeoutException($"{because} Still not so after {limit.TotalSeconds:0.#} s.");
            }

            // Probes must not keep from its work what they wait for.
            timer.Period = TimeSpan.FromTicks(Math.Clamp(waited.Ticks / 10, ShortestInterval.Ticks, LongestInterval.Ticks));
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));

        throw new OperationCanceledException(cancellationToken);
    }
}
