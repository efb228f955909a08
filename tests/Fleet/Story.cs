using Serverless.Device;
using Serverless.Device.Answers;

namespace Serverless.Fleet;

/// <summary>What happens to a fleet, told as it happens. Ends well only if all of it is seen.</summary>
internal abstract class Story(DeviceFleet fleet, FleetOptions options, PublishRelease publish)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly long _start = TimeProvider.System.GetTimestamp();
    private int _failures;

    /// <summary>Raised for every line of the timeline, from whichever thread noticed.</summary>
    public event Action<Moment>? Happened;

    protected DeviceFleet Fleet => fleet;

    protected FleetOptions Options => options;

    /// <summary>Devices on which the bad release did not start.</summary>
    protected int Failures => Volatile.Read(ref _failures);

    /// <summary>Tells the story to its end.</summary>
    /// <returns>What went otherwise than told; empty for a story that ended well.</returns>
    public async Task<IReadOnlyList<string>> TellAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var chapter in Chapters(cancellationToken).TakeWhile(_ => fleet.Complaints.IsEmpty))
            {
                await chapter();
            }
        }
        catch (Exception e) when (e is TimeoutException or HarmfulAnswerException or HttpRequestException)
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

    protected abstract IEnumerable<Func<Task>> Chapters(CancellationToken cancellationToken);

    protected async Task GoOverAsync(string version, CancellationToken cancellationToken)
    {
        await PublishAsync(version, cancellationToken);
        var probe = fleet.CreateProbe();
        await WaitAsync($"{version} was never offered", async ct => await probe.CheckAsync(ct) is Offer offer && offer.Version == version, cancellationToken);
        Tell($"{version} offered to devices", Mood.Good);
        await GatherOnAsync(version, _ => true, cancellationToken);
    }

    protected async Task PublishAsync(string version, CancellationToken cancellationToken)
    {
        await publish(version, WebBundle.Create(version), cancellationToken);
        Tell($"{version} published");
    }

    /// <summary>Lets devices take turns until all of some kind run a version.</summary>
    protected async Task GatherOnAsync(string version, Func<FleetDevice, bool> isAwaited, CancellationToken cancellationToken)
    {
        FleetDevice[] awaited = [.. fleet.Devices.Where(isAwaited)];
        await WaitAsync($"not every device came to {version}", async ct =>
        {
            await RoundAsync(ct);
            return awaited.All(device => device.Version == version) || !fleet.Complaints.IsEmpty;
        }, cancellationToken);
        var arrived = awaited.Count(device => device.Version == version);
        Tell(
            arrived == awaited.Length ? $"all {arrived} devices on {version}" : $"{arrived} of {awaited.Length} devices on {version}",
            arrived == awaited.Length ? Mood.Good : Mood.Bad);
    }

    /// <summary>Every device takes a turn at once.</summary>
    protected Task RoundAsync(CancellationToken cancellationToken) => fleet.RoundAsync(TimeSpan.Zero, NoticeFailure, cancellationToken);

    protected void NoticeFailure(FleetDevice device)
    {
        if (device.HasFailedOn(fleet.BadVersion) && device.Version != fleet.BadVersion && Interlocked.Increment(ref _failures) == 1)
        {
            Tell("first update_fail", Mood.Bad);
        }
    }

    protected async Task WaitAsync(string complaint, Func<CancellationToken, Task<bool>> happened, CancellationToken cancellationToken)
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

    protected void Tell(string sentence, Mood mood = Mood.Plain) =>
        Happened?.Invoke(new Moment(TimeProvider.System.GetElapsedTime(_start), sentence, mood));
}

/// <summary>Hands a zip to the server under test as a new version.</summary>
internal delegate Task PublishRelease(string version, byte[] zip, CancellationToken cancellationToken);
