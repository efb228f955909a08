using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serverless.Releases;

namespace Serverless.Updates;

/// <summary>
/// Reads the snapshots of some apps while the server still comes up: whoever asks first then finds one in memory, or joins the reading. That took
/// 150 ms of a first check, most of it for code that was used for the first time.
/// </summary>
internal sealed partial class SnapshotWarmup(ReleaseCatalog catalog, AppSnapshots snapshots, ILogger<SnapshotWarmup> logger) : IHostedLifecycleService, IDisposable
{
    // Most deployments have a few apps; of one that has thousands, nobody knows which will be asked for.
    private const int MaxApps = 20;

    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Ends well, whatever came of it.</summary>
    public Task Done { get; private set; } = Task.CompletedTask;

    // Before anything waits for storage: where there are no tables yet, there is no app.
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        var stopping = _stopping.Token;
        Done = Task.Run(() => ReadAsync(stopping), CancellationToken.None);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => _stopping.CancelAsync();

    public Task StopAsync(CancellationToken cancellationToken) => Done.WaitAsync(cancellationToken);

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _stopping.Dispose();

    private async Task ReadAsync(CancellationToken stopping)
    {
        try
        {
            await foreach (var (app, _) in catalog.ListAppsAsync(stopping).Take(MaxApps).WithCancellation(stopping))
            {
                await snapshots.GetAsync(app).AsTask().WaitAsync(stopping);
            }
        }
        catch (Exception error)
        {
            // Nothing depends on it: what could not be read is read, and told of, when its app is asked for.
            LogUnread(error);
        }
    }

    [LoggerMessage(LogLevel.Debug, "Snapshots were not read ahead; each is read when its app is asked for")]
    private partial void LogUnread(Exception error);
}
