using System.Collections.Immutable;
using Serverless.Apps;
using Serverless.Channels;
using Serverless.Ledger;
using Serverless.Releases;

namespace Serverless.Rollbacks;

/// <summary>The step from opened to verified: a proven target for each channel that leads to the release, written down as the plan.</summary>
internal sealed class RecoveryPlanning(ReleaseCatalog catalog, TargetSearch targets, IncidentJournal journal, TimeProvider time)
{
    // More channels by name would fill the ledger's row.
    private const int MaxNamed = 20;

    /// <returns>The incident after the step, or null when somebody else took it.</returns>
    public async Task<Incident?> RunAsync(AppId app, Incident incident, CancellationToken cancellation)
    {
        if (await catalog.FindReleaseAsync(app, incident.Version, cancellation) is not { } bad)
        {
            return null;
        }

        var (found, plan, stranded) = await FindAsync(app, incident, targets.Begin(app, bad), cancellation);
        var groups = found.GroupBy(step => (step.Move.TargetName, Notes: string.Join(' ', step.Target.Notes))).ToArray();
        var note = groups.Length == 0 ? "No channel leads to it." : string.Join(' ', groups.Select(group => $"{Name(group)}: {group.Key.Notes}"));
        return await journal.ChangeAsync(
            app,
            incident.Version,
            (current, _) => Task.FromResult(current is not null && current.State == incident.State && current.Since == incident.Since
                ? IncidentChange.Of((current with { Plan = plan, Stranded = stranded }).Enter(Next(found.Length, plan), IncidentActor.Recovery, note, time.GetUtcNow())) with
                {
                    Acts = [.. groups.Select(group => new LedgerEntry(LedgerKind.RollbackVerified, IncidentActor.Recovery, Name(group), group.Key.Notes))],
                }
                : null),
            cancellation);
    }

    /// <summary>What the plan of an incident would be, of channels as they are now. Writes nothing.</summary>
    public async Task<(ImmutableArray<ChannelMove> Plan, ImmutableArray<ChannelName> Stranded, ImmutableArray<string> Notes)> RehearseAsync(
        AppId app, Release bad, Incident incident, CancellationToken cancellation)
    {
        var (found, plan, stranded) = await FindAsync(app, incident, targets.Rehearse(app, bad), cancellation);
        return (plan, stranded, [.. found.SelectMany(step => step.Target.Notes).Distinct()]);
    }

    private async Task<((ChannelMove Move, ProvenTarget Target)[] Found, ImmutableArray<ChannelMove> Plan, ImmutableArray<ChannelName> Stranded)> FindAsync(
        AppId app, Incident incident, TargetSearch.Search search, CancellationToken cancellation)
    {
        var found = new List<(ChannelMove Move, ProvenTarget Target)>();
        foreach (var channel in await catalog.ListChannelsAsync(app, cancellation))
        {
            foreach (var move in ChannelMoves.Needed(channel, incident.Version, incident.Cells))
            {
                var target = await search.FindAsync(Candidates(channel, move, incident), incident.Ordered is not null, cancellation);
                found.Add((move with { Target = move.Kind is MoveKind.Rollout ? channel.Target : target.Version }, target));
            }
        }

        // An aborted rollout leads where the channel pointed all along, proven or not.
        var plan = found.Where(step => step.Target.IsFound || step.Move.Kind is MoveKind.Rollout).Select(step => step.Move).ToImmutableArray();
        return ([.. found], plan, [.. found.Select(step => step.Move.Channel).Except(plan.Select(move => move.Channel))]);
    }

    private static IncidentState Next(int needed, ImmutableArray<ChannelMove> plan) => needed > 0 && plan.IsEmpty ? IncidentState.Paused : IncidentState.Verified;

    private static IEnumerable<BundleVersion> Candidates(Channel channel, ChannelMove move, Incident incident) => (incident.Ordered, move.Kind) switch
    {
        ({ } ordered, not MoveKind.Rollout) => [ordered],
        (_, MoveKind.Rollout) => channel.Target is { } stable ? [stable] : [],
        _ => TargetSearch.Earlier(channel),
    };

    private static string Name(IEnumerable<(ChannelMove Move, ProvenTarget Target)> group)
    {
        var names = group.Select(step => step.Move.Where).ToArray();
        return names.Length <= MaxNamed ? string.Join(", ", names) : $"{names.Length} channels";
    }
}
