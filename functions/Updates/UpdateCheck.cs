using Serverless.Channels;
using Serverless.Devices;
using Serverless.Outcomes;
using Serverless.Storage;

namespace Serverless.Updates;

/// <summary>Answers a device's update check. One that is up to date costs no storage operation.</summary>
internal sealed class UpdateCheck(AppSnapshots snapshots, OutcomeStore outcomes, Sightings sightings, UpdateAnswers answers, ChannelSelf channels, Telemetry telemetry)
{
    public async Task<UpdateAnswer> RunAsync(DeviceRequest device, CancellationToken cancellation)
    {
        var answer = await TryAnswerAsync(device, cancellation) ?? await answers.WriteAsync(UpdateAnswers.Unavailable, device, cancellation);
        telemetry.CheckAnswered(answer.Kind ?? "offer");
        return answer;
    }

    /// <returns>Null when storage does not answer.</returns>
    private async Task<UpdateAnswer?> TryAnswerAsync(DeviceRequest device, CancellationToken cancellation)
    {
        try
        {
            return await answers.WriteAsync(await DecideAsync(device, cancellation), device, cancellation);
        }
        catch (Exception e) when (StorageFault.IsUnavailable(e))
        {
            return null;
        }
    }

    private async Task<UpdateDecision> DecideAsync(DeviceRequest device, CancellationToken cancellation)
    {
        var app = await snapshots.GetAsync(device.App);
        sightings.Note(app, device);
        var decision = UpdateDecision.Decide(new UpdateQuestion(app, await channels.FollowedAsync(device, cancellation)));

        // Written down before the answer leaves: a report about an offer nobody remembers would not count.
        return decision is UpdateDecision.Offer { Release: var release }
            && !await StorageDeadline.BoundAsync(token => outcomes.TryOfferAsync(device.App, release.Version, device.Device, token), cancellation)
            ? UpdateAnswers.FailedBefore(release)
            : decision;
    }
}
