using Azure;
using Azure.Storage.Blobs.Specialized;
using Microsoft.Extensions.Logging;
using Serverless.Hosts.Standalone.Discovery;
using Serverless.Hosts.Standalone.Listeners;

namespace Serverless.Hosts.Standalone.Timers;

/// <summary>
/// Runs a timer function once for each occurrence, on whichever instance takes the lease. An occurrence that passed while no instance ran,
/// or whose run was cut short, is run once at the next start; several missed ones count as one.
/// </summary>
internal sealed partial class TimerListener(
    TimerFunction function,
    object instance,
    TimerStore store,
    TimeProvider time,
    ILogger<TimerListener> logger) : IListener
{
    /// <summary>Between two looks at a run that another instance is busy with.</summary>
    private static readonly TimeSpan BusyWait = TimeSpan.FromSeconds(1);

    /// <summary>Timers of the system cannot wait for months, and the clock may be set meanwhile.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly Outage _outage = new(function.Name, logger);
    private readonly Backoff _backoff = new(TimeSpan.FromSeconds(5));
    private bool _starting = true;

    public async Task RunAsync(CancellationToken stopping, CancellationToken aborted)
    {
        var started = time.GetUtcNow();
        LogScheduled(function.Name, function.Schedule.Expression);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var wait = await RunWhenDueAsync(started, aborted, stopping);
                _outage.Succeeded();
                _backoff.Reset();
                await Task.Delay(wait, time, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
            }
            catch (Exception error)
            {
                _outage.Failed(error);
                await Task.Delay(_backoff.Next(), time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <returns>How long to wait before looking again.</returns>
    private async Task<TimeSpan> RunWhenDueAsync(DateTimeOffset started, CancellationToken aborted, CancellationToken stopping)
    {
        var status = await ReadAsync(stopping);
        var onStartup = _starting && function.RunOnStartup;
        if (!onStartup && WaitFor(status) is { Ticks: > 0 } early)
        {
            _starting = false;
            return early;
        }

        if (await store.TryLeaseAsync(stopping) is not { } lease)
        {
            return BusyWait;
        }

        try
        {
            // Another instance may have run it between the reading and the lease.
            status = await ReadAsync(stopping);
            if (!onStartup && WaitFor(status) is { Ticks: > 0 } done)
            {
                return done;
            }

            var pastDue = status.Next < started;
            var wanted = onStartup || !pastDue || function.UseMonitor;
            if (wanted && !await RunLeasedAsync(lease, new TimerInfo { IsPastDue = pastDue }, aborted))
            {
                // Not written down, and so due again at the next start.
                return TimeSpan.Zero;
            }

            _starting = false;
            var now = time.GetUtcNow();
            var ran = status.Next < now ? status.Next : status.Last;
            status = new TimerStatus(function.Schedule.Expression, ran, function.Schedule.NextAfter(now > status.Next ? now : status.Next));
            await store.WriteAsync(status, lease, CancellationToken.None);
            return WaitFor(status);
        }
        finally
        {
            await ReleaseAsync(lease);
        }
    }

    private async Task<TimerStatus> ReadAsync(CancellationToken cancellation)
    {
        TimerStatus First() => new(function.Schedule.Expression, Last: null, function.Schedule.NextAfter(time.GetUtcNow()));

        var status = await store.ReadAsync(First, cancellation);
        return status.Schedule == function.Schedule.Expression ? status : First() with { Last = status.Last };
    }

    /// <returns>False when the run was cut short by the end of the drain.</returns>
    private async Task<bool> RunLeasedAsync(BlobLeaseClient lease, TimerInfo info, CancellationToken aborted)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        var renewal = RenewAsync(lease, ended.Token);
        try
        {
            await function.Invoke(instance, info, aborted);
        }
        catch (OperationCanceledException) when (aborted.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception error)
        {
            LogFailed(error, function.Name);
        }
        finally
        {
            await ended.CancelAsync();
            await renewal;
        }

        return true;
    }

    private async Task RenewAsync(BlobLeaseClient lease, CancellationToken ended)
    {
        using var timer = new PeriodicTimer(TimerStore.LeaseDuration / 3, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ended))
            {
                await lease.RenewAsync(cancellationToken: ended);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
        }
        catch (Exception error)
        {
            LogLeaseLost(error, function.Name);
        }
    }

    private async Task ReleaseAsync(BlobLeaseClient lease)
    {
        try
        {
            await lease.ReleaseAsync();
        }
        catch (Exception error) when (error is RequestFailedException or AggregateException)
        {
            LogLeaseLost(error, function.Name);
        }
    }

    private TimeSpan WaitFor(TimerStatus status)
    {
        var wait = status.Next - time.GetUtcNow();
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : wait;
    }

    [LoggerMessage(LogLevel.Information, "{Function} runs by the schedule {Schedule}")]
    private partial void LogScheduled(string function, string schedule);

    [LoggerMessage(LogLevel.Error, "{Function} failed; it runs again at its next occurrence")]
    private partial void LogFailed(Exception error, string function);

    [LoggerMessage(LogLevel.Warning, "The lease of {Function} was lost; another instance may run it as well")]
    private partial void LogLeaseLost(Exception error, string function);
}
