using System.Globalization;
using Serverless.Device;

namespace Serverless.Fleet;

/// <summary>
/// A good release that comes to everybody step by step and by itself, and one that is bad on one platform: withdrawn there, kept elsewhere, its
/// incident resolved, and told to those alone who had it.
/// </summary>
internal sealed class RolloutStory(DeviceFleet fleet, FleetOptions options, PublishRelease publish, Operator @operator) : Story(fleet, options, publish)
{
    /// <summary>One and a half times Wald's bound for 5 % where 1 % is allowed: what a decision may cost at most, on average.</summary>
    private const int MostExposed = 152;

    private const string Good = "1.1.0";

    private readonly DevicePlatform _badPlatform = options.BadPlatform is PlatformMix.Android ? DevicePlatform.Android : DevicePlatform.Ios;

    private string Cell => _badPlatform is DevicePlatform.Ios ? "platform:ios" : "platform:android";

    protected override IEnumerable<Func<Task>> Chapters(CancellationToken cancellationToken) =>
    [
        () => GoOverAsync("1.0.0", cancellationToken),
        () => SetRampAsync(cancellationToken),
        () => PublishAsync(Good, cancellationToken),
        () => FollowAsync(Good, _ => true, cancellationToken),
        () => PublishAsync(Fleet.BadVersion, cancellationToken),
        () => AwaitWithdrawalAsync(Fleet.BadVersion, cancellationToken),
        () => AwaitResolutionAsync(Fleet.BadVersion, cancellationToken),
        () => FollowAsync(Fleet.BadVersion, device => device.Platform != _badPlatform, cancellationToken),
        () => GatherOnAsync(Good, device => device.Platform == _badPlatform, cancellationToken),
        () => RequireNoticesAsync(Fleet.BadVersion, cancellationToken),
    ];

    private async Task SetRampAsync(CancellationToken cancellationToken)
    {
        // A step must reach some devices of each platform.
        int[] steps = Options.Devices >= 1000 ? [5, 25, 100] : [50, 100];
        await @operator.SetRampAsync(steps, TimeSpan.FromSeconds(2), minGood: 3, cancellationToken);
        Tell($"new releases come to {string.Join(" %, ", steps)} % of the devices");
    }

    /// <summary>Lets devices take turns until the rollout has ended and all that are meant to run the version.</summary>
    private async Task FollowAsync(string version, Func<FleetDevice, bool> isMeant, CancellationToken cancellationToken)
    {
        var reached = 0;
        await WaitAsync($"the rollout of {version} did not end", async ct =>
        {
            var percent = await @operator.PercentAsync(version, ct);
            if (percent > reached)
            {
                Tell($"{version} comes to {percent} % of the devices", Mood.Good);
                reached = percent;
            }

            await RoundAsync(ct);
            return percent == 100 || !Fleet.Complaints.IsEmpty;
        }, cancellationToken);
        await GatherOnAsync(version, isMeant, cancellationToken);
    }

    private async Task AwaitWithdrawalAsync(string version, CancellationToken cancellationToken)
    {
        Incident? incident = null;
        await WaitAsync($"{version} was never withdrawn", async ct =>
        {
            await Fleet.RoundAsync(Options.Spread / 8, NoticeFailure, ct);
            incident = await @operator.FindIncidentAsync(version, ct);
            return incident is not null;
        }, cancellationToken);
        var exposed = Fleet.Devices.Count(device => device.HasRun(version));
        Tell(string.Create(CultureInfo.InvariantCulture, $"{version} withdrawn on {incident!.Where} after {Failures} failures of {exposed} that ran it"), Mood.Good);
        Tell(incident.Reason);
        if (!incident.Cells.SequenceEqual([Cell]))
        {
            Fleet.Complaints.Enqueue($"{version} was withdrawn on {incident.Where} and not on {Cell} alone");
        }

        if (exposed > MostExposed)
        {
            Fleet.Complaints.Enqueue($"{version} was withdrawn after {exposed} devices and not after {MostExposed} at most");
        }
    }

    private async Task AwaitResolutionAsync(string version, CancellationToken cancellationToken)
    {
        var state = "";
        await WaitAsync($"the incident of {version} was not resolved", async ct =>
        {
            await RoundAsync(ct);
            var incident = (await @operator.FindIncidentAsync(version, ct))!;
            if (incident.State != state)
            {
                state = incident.State;
                Tell($"incident {state}: {incident.Note}", state is "resolved" ? Mood.Good : Mood.Plain);
            }

            return state is "resolved" or "escalated" or "taken_over";
        }, cancellationToken);
        if (state is not "resolved")
        {
            Fleet.Complaints.Enqueue($"the incident of {version} was {state}");
        }
    }

    private async Task RequireNoticesAsync(string version, CancellationToken cancellationToken)
    {
        var told = 0;
        foreach (var device in Fleet.Devices)
        {
            var isConcerned = device.Platform == _badPlatform && device.HasRun(version);
            var isTold = await @operator.IsToldAsync(device, version, cancellationToken);
            told += isTold ? 1 : 0;
            if (isTold != isConcerned)
            {
                Fleet.Complaints.Enqueue(isTold ? "a device was told of a withdrawal that did not concern it" : "a device that had the release was not told of its withdrawal");
            }
        }

        Tell($"{told} devices told of it, the others not", Mood.Good);
    }
}
