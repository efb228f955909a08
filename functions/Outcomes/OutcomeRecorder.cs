using Microsoft.Extensions.Logging;
using Serverless.Apps;
using Serverless.Releases;
using Serverless.Reports;

namespace Serverless.Outcomes;

/// <summary>Turns a queue message of events into outcomes. Idempotent, so a redelivered message counts once.</summary>
internal sealed partial class OutcomeRecorder(EvidenceAttribution attribution, OutcomeStore outcomes, ILogger<OutcomeRecorder> logger)
{
    /// <returns>The releases that the message is about.</returns>
    public async Task<IReadOnlyList<(AppId App, BundleVersion Version)>> RecordAsync(string message, CancellationToken cancellation)
    {
        if (EvidenceReader.Read(message) is not { } batch)
        {
            LogDropped();
            return [];
        }

        var votes = await attribution.AttributeAsync(batch.Events, cancellation);
        foreach (var release in votes)
        {
            await outcomes.RecordAsync(release.Key.App, release.Key.Version, release, cancellation);
        }

        return [.. votes.Select(release => release.Key)];
    }

    [LoggerMessage(LogLevel.Warning, "Dropped a queue message that holds no device events.")]
    private partial void LogDropped();
}
