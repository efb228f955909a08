using Microsoft.Extensions.Logging;
using Serverless.Observability;
using Serverless.Storage;

namespace Serverless.Rollbacks;

/// <summary>Handles one message about an incident.</summary>
internal sealed partial class RecoveryRun(Recovery recovery, RecoveryQueue queue, ILogger<RecoveryRun> logger)
{
    /// <param name="message">As <see cref="RecoveryQueue"/> sent it.</param>
    /// <param name="cancellation">Stops between steps; the message is delivered again.</param>
    public async Task RunAsync(string message, CancellationToken cancellation)
    {
        using var span = Traces.Process(Queues.Recoveries, message);
        if (RecoveryQueue.Read(message) is not { } incident)
        {
            LogDropped();
            return;
        }

        span.About(incident.App.Value, incident.Version.Value);
        if (await recovery.AdvanceAsync(incident.App, incident.Version, cancellation) is { } wait)
        {
            await queue.SendAsync(incident.App, incident.Version, wait, cancellation);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Dropped a queue message that names no incident.")]
    private partial void LogDropped();
}
