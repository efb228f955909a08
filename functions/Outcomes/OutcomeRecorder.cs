using Microsoft.Extensions.Logging;
using Serverless.Reports;

namespace Serverless.Outcomes;

/// <summary>Turns a queue message of events into outcomes. Idempotent, so a redelivered message counts once.</summary>
internal sealed partial class OutcomeRecorder(EvidenceAttribution attribution, OutcomeStore outcomes, ILogger<OutcomeRecorder> logger)
{
    private static readonly ILookup<TallyKey, Vote> Nothing = Array.Empty<Vote>().ToLookup(_ => default(TallyKey));

    /// <returns>The votes, by what they were counted for.</returns>
    public async Task<ILookup<TallyKey, Vote>> RecordAsync(string message, CancellationToken cancellation)
    {
        if (EvidenceReader.Read(message) is not { } batch)
        {
            LogDropped();
            return Nothing;
        }

        var votes = await attribution.AttributeAsync(batch.Events, cancellation);
        foreach (var release in votes)
        {
            await outcomes.RecordAsync(release.Key, release, cancellation);
        }

        return votes;
    }

    [LoggerMessage(LogLevel.Warning, "Dropped a queue message that holds no device events.")]
    private partial void LogDropped();
}
