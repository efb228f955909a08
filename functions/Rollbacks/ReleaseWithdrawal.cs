using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Serverless.Apps;
using Serverless.Channels;
using Serverless.Ledger;
using Serverless.Releases;
using Serverless.Updates;

namespace Serverless.Rollbacks;

/// <summary>
/// Carries a rollback out in steps that are each written before the next begins: the incident opens and the release is offered to nobody;
/// a target is proven for each channel; the channels move. Run again after a crash, it goes on where it stopped; run twice, it does it once.
/// A channel that somebody has moved meanwhile stays where they put it.
/// </summary>
internal sealed partial class ReleaseWithdrawal(
    ReleaseCatalog catalog,
    RollbackTarget target,
    VerificationIncidents incidents,
    AppSnapshots snapshots,
    Telemetry telemetry,
    TimeProvider time,
    ILogger<ReleaseWithdrawal> logger)
{
    private const string Actor = "rollback-policy";

    // Each move is three rows of a transaction's hundred.
    private const int MaxMovesAtOnce = 30;

    public async Task RunAsync(AppId app, BundleVersion version, string reason, CancellationToken cancellation)
    {
        if (await OpenAsync(app, version, reason, cancellation))
        {
            telemetry.ReleaseWithdrawn();
            LogOpened(app, version, reason);
        }

        var proofs = new Dictionary<BundleVersion, string?>();
        while (await catalog.FindIncidentAsync(app, version, cancellation) is { State: IncidentState.Opened })
        {
            var channels = await catalog.ListChannelsAsync(app, cancellation);
            var plan = new Dictionary<ChannelName, ProvenTarget>();
            foreach (var channel in channels.Where(channel => channel.Target == version).Take(MaxMovesAtOnce))
            {
                plan[channel.Name] = await FindTargetAsync(app, channel, version, proofs, cancellation);
            }

            if (await MoveAsync(app, version, plan, cancellation))
            {
                LogMoved(app, version, string.Join(", ", plan.Select(move => $"{move.Key} to {move.Value.Name}")));
            }
        }

        snapshots.Invalidate(app);
    }

    private Task<bool> OpenAsync(AppId app, BundleVersion version, string reason, CancellationToken cancellation) => catalog.ChangeAsync(
        app,
        async (_, token) =>
        {
            if (await catalog.FindReleaseAsync(app, version, token) is not { WithdrawnBecause: null } release)
            {
                return null;
            }

            // A release that failed its proof has an incident already.
            var incident = await catalog.FindIncidentAsync(app, version, token);
            var withdrawn = new LedgerEntry(LedgerKind.ReleaseWithdrawn, Actor, $"{version}", reason);
            return new CatalogChange
            {
                Releases = [release with { WithdrawnBecause = reason }],
                Incident = incident ?? new Incident { Version = version, State = IncidentState.Opened, Reason = reason, OpenedAt = time.GetUtcNow() },
                Ledger = incident is null ? [withdrawn with { Kind = LedgerKind.IncidentOpened }, withdrawn] : [withdrawn],
            };
        },
        cancellation);

    private async Task<ProvenTarget> FindTargetAsync(AppId app, Channel channel, BundleVersion bad, Dictionary<BundleVersion, string?> proofs, CancellationToken cancellation)
    {
        var notes = new List<string>();
        foreach (var version in channel.History.Where(version => version != bad))
        {
            if (await catalog.FindReleaseAsync(app, version, cancellation) is not { } candidate)
            {
                continue;
            }

            if (candidate.WithdrawnBecause is not null)
            {
                notes.Add($"{version} was withdrawn itself.");
                continue;
            }

            if (!proofs.TryGetValue(version, out var defect))
            {
                proofs[version] = defect = await ProveAsync(app, version, candidate, cancellation);
            }

            if (defect is null)
            {
                return new ProvenTarget(version, [.. notes, $"{version}: bytes hashed again, signatures opened."]);
            }

            notes.Add(defect);
        }

        return new ProvenTarget(null, [.. notes, "No earlier release is servable: back to the bundle inside the app."]);
    }

    private async Task<string?> ProveAsync(AppId app, BundleVersion version, Release candidate, CancellationToken cancellation)
    {
        var defect = await target.FindDefectAsync(app, version, candidate, cancellation);
        if (defect is not null)
        {
            await incidents.OpenAsync(app, version, defect, cancellation);
        }

        return defect;
    }

    private Task<bool> MoveAsync(AppId app, BundleVersion version, Dictionary<ChannelName, ProvenTarget> plan, CancellationToken cancellation) => catalog.ChangeAsync(
        app,
        async (_, token) =>
        {
            if (await catalog.FindIncidentAsync(app, version, token) is not { State: IncidentState.Opened } incident)
            {
                return null;
            }

            foreach (var to in plan.Values.Select(proven => proven.Version).OfType<BundleVersion>().Distinct())
            {
                if (await catalog.FindReleaseAsync(app, to, token) is not { WithdrawnBecause: null })
                {
                    // Withdrawn itself since it was proven: the caller plans again.
                    return null;
                }
            }

            var affected = (await catalog.ListChannelsAsync(app, token)).Where(channel => channel.Target == version).ToArray();
            var moving = affected.Where(channel => plan.ContainsKey(channel.Name)).ToArray();
            return new CatalogChange
            {
                Channels = [.. moving.Select(channel => channel.PointAt(plan[channel.Name].Version))],
                Incident = incident with
                {
                    State = moving.Length == affected.Length ? IncidentState.Moved : IncidentState.Opened,
                    Moves = [.. incident.Moves, .. moving.Select(channel => new ChannelMove(channel.Name, plan[channel.Name].Version))],
                },
                Ledger = [.. moving.SelectMany(channel => Entries(channel, plan[channel.Name], incident.Reason))],
            };
        },
        cancellation);

    private static IEnumerable<LedgerEntry> Entries(Channel channel, ProvenTarget to, string reason) =>
    [
        new LedgerEntry(LedgerKind.RollbackVerified, Actor, $"{channel.Name}", string.Join(' ', to.Notes)),
        new LedgerEntry(LedgerKind.ChannelMoved, Actor, $"{channel.Name}", $"{new PointerMove(channel.Target, to.Version, reason)}"),
    ];

    [LoggerMessage(LogLevel.Warning, "Release {Version} of {App} is withdrawn: {Reason}")]
    private partial void LogOpened(AppId app, BundleVersion version, string reason);

    [LoggerMessage(LogLevel.Warning, "Release {Version} of {App}: channels moved ({Moves}).")]
    private partial void LogMoved(AppId app, BundleVersion version, string moves);

    private sealed record ProvenTarget(BundleVersion? Version, ImmutableArray<string> Notes)
    {
        public string Name => Version?.Value ?? BundleVersion.Builtin;
    }
}
