using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Serverless.Apps;
using Serverless.Channels;
using Serverless.Observability;
using Serverless.Releases;
using Serverless.Updates;

namespace Serverless.Rollbacks;

/// <summary>
/// The step from verified to moved: the channels go where the plan says. One that somebody has changed meanwhile stays as they put it; a plan
/// that no longer fits, because a target failed itself or another channel leads to the release, is made again.
/// </summary>
internal sealed partial class RecoveryMoves(ReleaseCatalog catalog, IncidentJournal journal, AppSnapshots snapshots, TimeProvider time, ILogger<RecoveryMoves> logger)
{
    // Each move is two rows of a transaction's hundred.
    private const int MaxMovesAtOnce = 45;

    /// <returns>The incident after the step, or null when somebody else took it.</returns>
    public async Task<Incident?> RunAsync(AppId app, Incident verified, CancellationToken cancellation)
    {
        using var span = Traces.Start("move").About(app.Value, verified.Version.Value);
        var moved = await journal.ChangeAsync(
            app,
            verified.Version,
            async (incident, token) => incident is { State: IncidentState.Verified } && incident.Since == verified.Since
                ? await FindStaleAsync(app, incident, token) is { } stale
                    ? IncidentChange.Of(incident.Enter(IncidentState.Opened, IncidentActor.Recovery, stale, time.GetUtcNow()))
                    : Move(incident, await catalog.ListChannelsAsync(app, token))
                : null,
            cancellation);
        if (moved is not null)
        {
            snapshots.Invalidate(app);
            LogMoved(app, moved.Version, Tell(moved.Moves));
        }

        return moved;
    }

    private IncidentChange Move(Incident incident, ImmutableArray<Channel> channels)
    {
        var pending = Pending(incident, channels);
        if (pending.Any(channel => channel.Moves.Any(move => !IsPlanned(incident, move))))
        {
            return IncidentChange.Of(incident.Enter(IncidentState.Opened, IncidentActor.Recovery, "Another channel leads to the release by now: the plan is made again.", time.GetUtcNow()));
        }

        var batch = pending.Take(MaxMovesAtOnce).ToArray();
        var acts = ImmutableArray.CreateBuilder<Ledger.LedgerEntry>();
        var changed = ImmutableArray.CreateBuilder<Channel>();
        var made = ImmutableArray.CreateBuilder<ChannelMove>();
        foreach (var (channel, needed) in batch)
        {
            var after = channel;
            foreach (var move in needed.Select(need => Planned(incident, need)))
            {
                var act = ChannelMoves.Make(after, incident.Version, move, incident.Reason, IncidentActor.Recovery);
                acts.AddRange(act.Ledger);
                after = act.Channel;
                made.Add(move);
            }

            changed.Add(after);
        }

        var next = incident with { Moves = [.. incident.Moves, .. made] };
        var change = batch.Length == pending.Length
            ? IncidentChange.Of(next.Enter(IncidentState.Moved, IncidentActor.Recovery, Tell(made.ToImmutable()), time.GetUtcNow()))
            : new IncidentChange(next, IncidentEntries.Changed(next, IncidentActor.Recovery, $"{batch.Length} of {pending.Length} channels moved."));
        return change with { Channels = changed.ToImmutable(), Acts = acts.ToImmutable() };
    }

    /// <returns>Why the plan does not hold any more, or null when it does.</returns>
    private async Task<string?> FindStaleAsync(AppId app, Incident incident, CancellationToken cancellation)
    {
        foreach (var target in incident.Plan.Select(move => move.Target).OfType<BundleVersion>().Distinct())
        {
            if (await catalog.FindReleaseAsync(app, target, cancellation) is not { WithdrawnBecause: null })
            {
                return $"{target} was withdrawn itself since it was proven: the plan is made again.";
            }
        }

        return null;
    }

    private static (Channel Channel, ChannelMove[] Moves)[] Pending(Incident incident, ImmutableArray<Channel> channels) =>
    [
        .. channels.Select(channel => (channel, Moves: ChannelMoves.Needed(channel, incident.Version, incident.Cells).ToArray()))
            .Where(pending => pending.Moves.Length > 0 && !incident.Stranded.Contains(pending.channel.Name)),
    ];

    private static bool IsPlanned(Incident incident, ChannelMove need) => incident.Plan.Any(move => move with { Target = null } == need);

    private static ChannelMove Planned(Incident incident, ChannelMove need) => incident.Plan.First(move => move with { Target = null } == need);

    private static string Tell(ImmutableArray<ChannelMove> moves) => moves.IsEmpty
        ? "No channel had to move."
        : string.Join(' ', moves.GroupBy(move => move.TargetName).Select(group => group.Count() > 20
            ? $"{group.Count()} channels to {group.Key}."
            : $"{string.Join(", ", group.Select(move => move.Where))} to {group.Key}."));

    [LoggerMessage(LogLevel.Warning, "Release {Version} of {App}: {Moves}")]
    private partial void LogMoved(AppId app, BundleVersion version, string moves);
}
