using Serverless.Observability;
using Serverless.Rollbacks;
using Serverless.Storage;

namespace Serverless.Outcomes;

/// <summary>Counts devices that installed, ran or were happy with a release, and has a recovery look again whenever devices came back to a good one.</summary>
internal sealed class DeviceEvents(OutcomeRecorder recorder, RecoveryQueue recoveries)
{
    /// <param name="message">A batch of events, as the report function or the sightings queued it.</param>
    /// <param name="cancellation">Stops between releases; the message is delivered again.</param>
    public async Task RunAsync(string message, CancellationToken cancellation)
    {
        using var span = Traces.Process(Queues.DeviceEvents, message);
        var votes = await recorder.RecordAsync(message, cancellation);
        foreach (var release in votes.Where(release => release.Any(vote => vote.Kind is VoteKind.Recovered)))
        {
            await recoveries.SendAsync(release.Key.App, release.Key.Version, TimeSpan.Zero, cancellation);
        }
    }
}
