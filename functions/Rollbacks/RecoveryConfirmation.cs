using Microsoft.Extensions.Options;
using Serverless.Apps;
using Serverless.Releases;
using Serverless.SyntheticDevices;
using Serverless.Updates;

namespace Serverless.Rollbacks;

/// <summary>
/// The step from moved to confirmed: asks the server's own address as devices do, a new connection each time, until for longer than any
/// instance keeps a snapshot every answer was the right one.
/// </summary>
internal sealed class RecoveryConfirmation(
    ReleaseCatalog catalog,
    SyntheticDevice devices,
    IOptions<SnapshotOptions> snapshots,
    IOptions<RecoveryOptions> options,
    TimeProvider time)
{
    private const int LooksPerWindow = 8;

    // Then the message goes back to its queue, so that a stop of the server is never held up.
    private const int MaxWindows = 4;

    public async Task<RecoveryFinding> RunAsync(AppId app, Incident incident, CancellationToken cancellation)
    {
        var window = snapshots.Value.MaxAge * 1.25;
        var asked = await ListAsync(app, incident, cancellation);
        var rightSince = time.GetTimestamp();
        var wrong = "";
        for (var look = 0; look <= LooksPerWindow * MaxWindows; look++)
        {
            wrong = await FindWrongAsync(asked, cancellation) ?? "";
            if (wrong.Length > 0)
            {
                rightSince = time.GetTimestamp();
            }
            else if (asked.Count == 0 || time.GetElapsedTime(rightSince) >= window)
            {
                return new RecoveryFinding(IncidentState.Confirmed, asked.Count == 0
                    ? "No channel that moved can be asked by name."
                    : $"Every answer was the new target, on {asked.Count} channels, for {window.TotalSeconds:0.#} seconds.");
            }

            await Task.Delay(window / LooksPerWindow, time, cancellation);
        }

        return time.GetUtcNow() - incident.Since < options.Value.ConfirmWithin
            ? new RecoveryFinding(null, wrong)
            : new RecoveryFinding(IncidentState.Escalated, $"The new targets were not confirmed in time. {wrong}");
    }

    private async Task<List<(SyntheticProfile Profile, ChannelMove Move)>> ListAsync(AppId app, Incident incident, CancellationToken cancellation)
    {
        var asked = new List<(SyntheticProfile, ChannelMove)>();
        foreach (var move in incident.Plan.Intersect(incident.Moves).Where(move => move.Kind is not MoveKind.Rollout))
        {
            var target = move.Target is { } version ? await catalog.FindReleaseAsync(app, version, cancellation) : null;
            if (await catalog.FindChannelAsync(app, move.Channel, cancellation) is { } channel
                && SyntheticProfile.For(app, channel, target, PluginGeneration.Latest, move.Cell) is { } profile)
            {
                asked.Add((profile, move));
            }
        }

        return asked;
    }

    private async Task<string?> FindWrongAsync(List<(SyntheticProfile Profile, ChannelMove Move)> asked, CancellationToken cancellation)
    {
        foreach (var (profile, move) in asked)
        {
            var answer = await devices.AskAsync(profile, attempt: 0, cancellation);
            if (!IsRight(answer, move))
            {
                return $"{move.Where} was answered {answer.Describe()} instead of {move.TargetName}.";
            }
        }

        return null;
    }

    // A refusal that names the target is right too: the policy of the channel is not what moved.
    private static bool IsRight(SyntheticAnswer answer, ChannelMove move) =>
        answer.Body is { Error: not ("release_withdrawn" or "release_unverified") } body && body.Version == move.TargetName;
}
