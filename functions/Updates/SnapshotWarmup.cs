using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serverless.Releases;

namespace Serverless.Updates;

/// <summary>
/// Reads the snapshots of some apps while the server still comes up: whoever asks first then finds one in memory, or joins the reading. That took
/// 150 ms of a first check, most of it for code that was used for the first time.
/// </summary>
internal sealed partial class SnapshotWarmup(ReleaseCatalog catalog, AppSnapshots snapshots, ILogger<SnapshotWarmup> logger) : BackgroundService
{
    // Most deployments have a few apps; of one that has thousands, nobody knows which will be asked for.
    private const int MaxApps = 20;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var (app, _) in catalog.ListAppsAsync(stoppingToken).Take(MaxApps).WithCancellation(stoppingToken))
            {
                await snapshots.GetAsync(app).AsTask().WaitAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        catch (Exception error)
        {
            // Nothing depends on it, and an exception would stop the server.
            LogUnread(error);
        }
    }

    [LoggerMessage(LogLevel.Debug, "Snapshots were not read ahead; each is read when its app is asked for")]
    private partial void LogUnread(Exception error);
}
