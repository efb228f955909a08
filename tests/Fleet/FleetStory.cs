using Serverless.Device;
using Serverless.Device.Answers;

namespace Serverless.Fleet;

/// <summary>
/// Two good releases that everybody takes, and a bad one that the server withdraws. Ends well only if all of that is seen to happen.
/// </summary>
internal sealed class FleetStory(DeviceFleet fleet, FleetOptions options, PublishRelease publish)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly long _start = TimeProvider.System.GetTimestamp();
    private int _failures;

    /// <summary>Raised for every line of the timeline, from whichever thread noticed.</summary>
    public event Action<Moment>? Happened;

    /// <summary>Tells the story to its end.</summary>
    /// <returns>What went otherwise than told; empty for a story that ended well.</returns>
    public async Task<IReadOnlyList<string>> TellAsync(CancellationToken cancellationToken)
    {
        Func<Task>[] chapters =
        [
            () => GoOverAsync("1.0.0", cancellationToken),
            () => GoOverAsync("1.1.0", cancellationToken),
            () => BreakAndReturnAsync(fleet.BadVersion, "1.1.0", cancellationToken),
        ];
        try
        {
            for (var chapter = 0; chapter < chapters.Length && fleet.Complaints.IsEmpty; chapter++)
            {
                await chapters[chapter]();
            }
        }
        catch (Exception e) when (e is TimeoutException or HarmfulAnswerException)
        {
            fleet.Complaints.Enqueue(e.Message);
        }

        IReadOnlyList<string> complaints = [.. fleet.Complaints.CountBy(complaint => complaint).Select(Count)];
        foreach (var complaint in complaints)
        {
            Tell(complaint, Mood.Bad);
        }
        return complaints;

        static string Count(KeyValuePair<string, int> complaint) =>
            complaint.Value == 1 ? complaint.Key : $"{complaint.Key} ({complaint.Value} times)";
    }

    private async Task GoOverAsync(string version, CancellationToken cancellationToken)
    {
        await PublishAsync(version, cancellationToken);
        await GatherOnAsync(version, cancellationToken);
    }

    private async Task BreakAndReturnAsync(string bad, string good, CancellationToken cancellationToken)
    {
        await PublishAsync(bad, cancellationToken);
        await Task.WhenAll(
            WatchForWithdrawalAsync(bad, cancellationToken),
            fleet.RoundAsync(options.Spread, NoticeFailure, cancellationToken));
        await GatherOnAsync(good, cancellationToken);
        await RequireNotOfferedAsync(bad, cancellationToken);
    }

    private async Task PublishAsync(string version, CancellationToken cancellationToken)
    {
        await publish(version, WebBundle.Create(version), cancellationToken);
        Tell($"{version} published");
        var probe = fleet.CreateProbe();
        await WaitAsync($"{version} was never offered", async ct => await probe.CheckAsync(ct) is Offer offer && offer.Version == version, cancellationToken);
        Tell($"{version} offered to devices", Mood.Good);
    }

    private async Task GatherOnAsync(string version, CancellationToken cancellationToken)
    {
        await WaitAsync($"not every device came to {version}", async ct =>
        {
            await fleet.RoundAsync(TimeSpan.Zero, NoticeFailure, ct);
            return fleet.Devices.All(device => device.Version == version) || !fleet.Complaints.IsEmpty;
        }, cancellationToken);
        var arrived = fleet.Devices.Count(device => device.Version == version);
        Tell(
            arrived == fleet.Devices.Count ? $"all {arrived} devices on {version}" : $"{arrived} of {fleet.Devices.Count} devices on {version}",
            arrived == fleet.Devices.Count ? Mood.Good : Mood.Bad);
    }

    private async Task WatchForWithdrawalAsync(string version, CancellationToken cancellationToken)
    {
        var probe = fleet.CreateProbe();
        await WaitAsync($"{version} was never withdrawn", async ct => IsWithdrawn(await probe.CheckAsync(ct), version), cancellationToken);
        var ran = fleet.Devices.Count(device => device.HasRun(version));
        Tell($"{version} withdrawn after {Volatile.Read(ref _failures)} failures of {ran} that ran it", Mood.Good);
    }

    private static bool IsWithdrawn(UpdateAnswer answer, string version) => answer switch
    {
        Offer offer => offer.Version != version,
        Unanswered => false,
        _ => true,
    };

    private async Task RequireNotOfferedAsync(string version, CancellationToken cancellationToken)
    {
        var before = fleet.Devices.Sum(device => device.Offers(version));
        await fleet.RoundAsync(TimeSpan.Zero, NoticeFailure, cancellationToken);
        var again = fleet.Devices.Sum(device => device.Offers(version)) - before;
        var failedAgain = fleet.Devices.Count(device => device.OfferedAgain.Contains(version));
        if (again + failedAgain > 0)
        {
            fleet.Complaints.Enqueue($"{version} was offered again {again} times, to {failedAgain} devices that had failed on it");
            return;
        }
        Tell($"{version} offered to nobody again", Mood.Good);
    }

    private void NoticeFailure(FleetDevice device)
    {
        if (device.HasFailedOn(fleet.BadVersion) && device.Version != fleet.BadVersion && Interlocked.Increment(ref _failures) == 1)
        {
            Tell("first update_fail", Mood.Bad);
        }
    }

    private async Task WaitAsync(string complaint, Func<CancellationToken, Task<bool>> happened, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await happened(cancellationToken))
        {
            if (TimeProvider.System.GetElapsedTime(start) > options.Patience)
            {
                throw new TimeoutException($"{complaint} within {options.Patience.TotalSeconds:0} s");
            }
            await Task.Delay(Pause, cancellationToken);
        }
    }

    private void Tell(string sentence, Mood mood = Mood.Plain) =>
        Happened?.Invoke(new Moment(TimeProvider.System.GetElapsedTime(_start), sentence, mood));
}

/// <summary>Hands a zip to the server under test as a new version.</summary>
internal delegate Task PublishRelease(string version, byte[] zip, CancellationToken cancellationToken);
