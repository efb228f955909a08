using System.Collections.Immutable;
using Serverless.Apps;
using Serverless.Channels;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Rollbacks.Decisions;
using Serverless.Rollouts;

namespace Serverless.Rollbacks;

/// <summary>Gathers what a decision about a release is made of: its own devices, those of the release that it replaces, and those held back on that one.</summary>
internal sealed class ReleaseTrial(ReleaseCatalog catalog, OutcomeStore outcomes)
{
    /// <summary>Costs a fixed number of reads, however many devices there are.</summary>
    public async Task<ReleaseEvidence> ReadAsync(AppId app, BundleVersion version, CancellationToken cancellation) => await ReadAsync(
        app, version, await catalog.ListChannelsAsync(app, cancellation), await outcomes.TallyAsync(app, version, cancellation), cancellation);

    /// <summary>The same for callers that have read the app's channels and the release's own devices.</summary>
    public async Task<ReleaseEvidence> ReadAsync(
        AppId app, BundleVersion version, ImmutableArray<Channel> channels, ReleaseTally candidate, CancellationToken cancellation)
    {
        var (stable, rollout) = FindControl(channels, version);
        var incident = await catalog.FindIncidentAsync(app, version, cancellation);
        var history = stable is { } known ? await outcomes.TallyAsync(app, known, cancellation) : ReleaseTally.Zero;
        var live = stable is { } held && rollout is { ControlShare: > 0 } ? await outcomes.ControlTallyAsync(app, held, rollout.Id, cancellation) : null;
        return Compare(candidate, history, live) with
        {
            Withdrawn = incident is { Kind: IncidentKind.Rollback } ? [.. incident.Cells] : [],
        };
    }

    /// <summary>Sets the counts against each other. Pure.</summary>
    /// <param name="candidate">Of the release.</param>
    /// <param name="history">Of the stable release, the control included.</param>
    /// <param name="live">Of the control; null when nobody is held back.</param>
    public static ReleaseEvidence Compare(ReleaseTally candidate, ReleaseTally history, ReleaseTally? live) => new()
    {
        All = Compare(candidate.Total, history.Total, live?.Total),
        Cells = candidate.Cells.ToImmutableDictionary(
            cell => cell.Key,
            cell => Compare(cell.Value, history.Cells.GetValueOrDefault(cell.Key), live is null ? null : live.Cells.GetValueOrDefault(cell.Key))),
        Failures = [.. candidate.Codes.Select(code => new FailureCount(code.Key, code.Value))],
    };

    private static ArmEvidence Compare(OutcomeTally candidate, OutcomeTally history, OutcomeTally? live) => new()
    {
        Candidate = new Arm(candidate.Exposed, candidate.Failed),

        // A device that is held back has its verdict in both; it must not speak twice.
        History = Verdicts(history) - Verdicts(live ?? default),
        Live = live is { } held ? Verdicts(held) : null,
    };

    private static Arm Verdicts(OutcomeTally tally) => new(tally.Good + tally.Failed, tally.Failed);

    /// <summary>What the release replaces: where it is a candidate, the stable release; where it is that already, the one before. The oldest channel decides.</summary>
    private static (BundleVersion? Stable, Rollout? Rollout) FindControl(ImmutableArray<Channel> channels, BundleVersion version)
    {
        var leading = channels.OrderBy(channel => channel.Id).Where(channel => channel.LeadsTo(version)).ToArray();
        if (leading.FirstOrDefault(channel => channel.Rollout?.Candidate == version) is { } moving)
        {
            return (moving.Target, moving.Rollout);
        }

        return (leading.SelectMany(channel => channel.History).Select(before => (BundleVersion?)before).FirstOrDefault(before => before != version), null);
    }
}
