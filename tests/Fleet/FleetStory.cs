using Serverless.Device.Answers;

namespace Serverless.Fleet;

/// <summary>Two good releases that everybody takes, and a bad one that the server withdraws.</summary>
internal sealed class FleetStory(DeviceFleet fleet, FleetOptions options, PublishRelease publish) : Story(fleet, options, publish)
{
    protected override IEnumerable<Func<Task>> Chapters(CancellationToken cancellationToken) =>
    [
        () => GoOverAsync("1.0.0", cancellationToken),
        () => GoOverAsync("1.1.0", cancellationToken),
        () => BreakAndReturnAsync(Fleet.BadVersion, "1.1.0", cancellationToken),
    ];

    private async Task BreakAndReturnAsync(string bad, string good, CancellationToken cancellationToken)
    {
        await PublishAsync(bad, cancellationToken);
        var probe = Fleet.CreateProbe();
        await WaitAsync($"{bad} was never offered", async ct => await probe.CheckAsync(ct) is Offer offer && offer.Version == bad, cancellationToken);
        Tell($"{bad} offered to devices", Mood.Good);
        await Task.WhenAll(
            WatchForWithdrawalAsync(bad, cancellationToken),
            Fleet.RoundAsync(Options.Spread, NoticeFailure, cancellationToken));
        await GatherOnAsync(good, _ => true, cancellationToken);
        await RequireNotOfferedAsync(bad, cancellationToken);
    }

    private async Task WatchForWithdrawalAsync(string version, CancellationToken cancellationToken)
    {
        var probe = Fleet.CreateProbe();
        await WaitAsync($"{version} was never withdrawn", async ct => IsWithdrawn(await probe.CheckAsync(ct), version), cancellationToken);
        var ran = Fleet.Devices.Count(device => device.HasRun(version));
        Tell($"{version} withdrawn after {Failures} failures of {ran} that ran it", Mood.Good);
    }

    private static bool IsWithdrawn(UpdateAnswer answer, string version) => answer switch
    {
        Offer offer => offer.Version != version,
        Unanswered => false,
        _ => true,
    };

    private async Task RequireNotOfferedAsync(string version, CancellationToken cancellationToken)
    {
        var before = Fleet.Devices.Sum(device => device.Offers(version));
        await RoundAsync(cancellationToken);
        var again = Fleet.Devices.Sum(device => device.Offers(version)) - before;
        var failedAgain = Fleet.Devices.Count(device => device.OfferedAgain.Contains(version));
        if (again + failedAgain > 0)
        {
            Fleet.Complaints.Enqueue($"{version} was offered again {again} times, to {failedAgain} devices that had failed on it");
            return;
        }
        Tell($"{version} offered to nobody again", Mood.Good);
    }
}
