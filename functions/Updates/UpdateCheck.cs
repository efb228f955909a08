using Microsoft.Extensions.Options;
using Serverless.Channels;
using Serverless.Devices;
using Serverless.Keys;
using Serverless.Limits;
using Serverless.Outcomes;
using Serverless.Statistics;
using Serverless.Storage;

namespace Serverless.Updates;

/// <summary>Answers a device's update check. One that is up to date costs no storage operation.</summary>
internal sealed class UpdateCheck(
    AppSnapshots snapshots,
    OutcomeStore outcomes,
    Sightings sightings,
    KeySightings keys,
    UsageCounts usage,
    AnswerBodies bodies,
    ChannelSelf channels,
    RequestLimits limits,
    TimeProvider time,
    IOptions<EvidenceOptions> evidence,
    Telemetry telemetry)
{
    public async ValueTask<AnswerBody> RunAsync(DeviceRequest device, CancellationToken cancellation)
    {
        try
        {
            return await AnswerAsync(await DecideAsync(device, cancellation), device, cancellation);
        }
        catch (Exception e) when (StorageFault.IsFromStorage(e))
        {
            return await AnswerAsync(UpdateAnswers.Unavailable, device, cancellation);
        }
    }

    private async ValueTask<AnswerBody> AnswerAsync(UpdateDecision decision, DeviceRequest device, CancellationToken cancellation)
    {
        var body = await bodies.WriteAsync(decision, device, cancellation);
        telemetry.CheckAnswered(decision);
        return body;
    }

    private async ValueTask<UpdateDecision> DecideAsync(DeviceRequest device, CancellationToken cancellation)
    {
        var app = await snapshots.GetAsync(device.App, device.Network);
        var followed = app.Exists ? await channels.FollowedAsync(device, cancellation) : device;
        if (!device.IsSynthetic)
        {
            sightings.Note(app, followed);
            keys.Note(app, device);
            usage.Checked(app, followed);
        }

        var decision = UpdateDecision.Decide(new UpdateQuestion(app, followed));
        if (device.IsSynthetic || decision is not UpdateDecision.Offer offer)
        {
            return decision;
        }

        if (limits.Offer(device.Network, device.App) is not null)
        {
            return UpdateAnswers.Busy;
        }

        // Written down before the answer leaves: a report about an offer nobody remembers would not count.
        var outcome = await outcomes.OfferAsync(device.App, offer.Release.Version, device.Device, cancellation);
        if (outcome.IsReturn(time.GetUtcNow(), evidence.Value))
        {
            sightings.NoteReturn(device, offer.Release.Version);
        }

        var answer = offer.Under(outcome.Terms);
        if (answer is UpdateDecision.Offer made)
        {
            usage.Offered(device, made);
        }

        return answer;
    }
}
