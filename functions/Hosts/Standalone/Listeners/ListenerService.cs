using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Serverless.Hosts.Standalone.Listeners;

/// <summary>
/// Runs the listeners for the life of the host. All of them stop taking work the moment the host begins to stop, before Kestrel drains;
/// what runs then has the host's shutdown timeout.
/// </summary>
/// <param name="listeners">They begin one after the other.</param>
/// <param name="devicesFirst">
/// What the first devices wait for: they come before work that nobody waits for. Asked for once the host has started, and waited for no longer than
/// <see cref="MaxWait"/>.
/// </param>
/// <param name="logger">Told of what nobody foresaw.</param>
internal sealed partial class ListenerService(IEnumerable<IListener> listeners, Func<Task> devicesFirst, ILogger<ListenerService> logger)
    : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(1);

    /// <summary>What cancelled functions get to end in, and to give their messages back.</summary>
    private static readonly TimeSpan AbortGrace = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _aborted = new();
    private Task? _running;
    private int _ended;
    private bool _isDisposed;

    /// <returns>Null while every listener runs; otherwise a sentence.</returns>
    public string? FindFault() => this switch
    {
        { _stopping.IsCancellationRequested: true } => "The server is stopping.",
        { _running: null } => "The server is starting.",
        { _ended: > 0 and var ended } => $"{ended} listeners have ended by an unforeseen error; the log says why, and a restart brings them back.",
        _ => null,
    };

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Not before the whole host has started: one that fails to, for want of its port, must not have taken work.
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        // Read here, because a start that fails elsewhere may dispose of the sources before a listener begins.
        var (stopping, aborted) = (_stopping.Token, _aborted.Token);
        _running = Task.Run(() => RunAllAsync(stopping, aborted), CancellationToken.None);
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => _stopping.CancelAsync();

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        var running = _running ?? Task.CompletedTask;
        try
        {
            await running.WaitAsync(cancellationToken);
            LogDrained();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LogAborting();
            await _aborted.CancelAsync();
            await Task.WhenAny(running, Task.Delay(AbortGrace, CancellationToken.None));
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Lets go of everything at once when the host was never stopped.</summary>
    public void Dispose()
    {
        // Known to the container as itself and as a hosted service, which therefore disposes of it twice.
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _stopping.Cancel();
        _aborted.Cancel();
        _stopping.Dispose();
        _aborted.Dispose();
    }

    // All at once they would take every thread, and what devices ask of a server that has just come up would wait behind them.
    private async Task RunAllAsync(CancellationToken stopping, CancellationToken aborted)
    {
        await devicesFirst().WaitAsync(MaxWait, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll([.. listeners.Select(listener => RunAsync(listener, stopping, aborted))]);
    }

    private async Task RunAsync(IListener listener, CancellationToken stopping, CancellationToken aborted)
    {
        try
        {
            await listener.RunAsync(stopping, aborted);
        }
        catch (Exception error)
        {
            // Listeners survive storage and functions; this is a bug, and the other listeners go on.
            Interlocked.Increment(ref _ended);
            LogEnded(error, listener.GetType().Name);
        }
    }

    [LoggerMessage(LogLevel.Critical, "A {Listener} has ended by an unforeseen error")]
    private partial void LogEnded(Exception error, string listener);

    [LoggerMessage(LogLevel.Information, "Every listener has stopped and every function has ended")]
    private partial void LogDrained();

    [LoggerMessage(LogLevel.Warning, "The time to stop is over; running functions are cancelled and their work is done again later")]
    private partial void LogAborting();
}
