using System.Text.Json;
using Serverless.Access;
using Serverless.Approvals;
using Serverless.Apps;
using Serverless.Channels;
using Serverless.Ledger;
using Serverless.Management;
using Serverless.Releases;
using Serverless.Updates;

namespace Serverless.Rollbacks;

/// <summary>Shows incidents to people, and does what they decide about them, at any step. Their change wins over a recovery that is under way.</summary>
internal sealed class IncidentAdministration(
    ReleaseCatalog catalog,
    RollbackTarget proof,
    IncidentJournal journal,
    IncidentOpening opening,
    Recovery recovery,
    RecoveryQueue queue,
    ApprovalGate gate,
    ApprovalRequests approvals,
    AppSnapshots snapshots,
    TimeProvider time)
{
    private const int TagLength = 32;
    private const int MaxReason = 500;

    private static readonly TimeSpan HeadStart = TimeSpan.FromSeconds(2);

    /// <summary>Identifies what an incident is at present.</summary>
    public static string Tag(Incident incident) =>
        RowDigest.Of(JsonSerializer.Serialize(incident, PipelineJson.Default.Incident)).Hex[..TagLength];

    /// <summary>A page of the app's incidents, newest first.</summary>
    public async Task<IncidentList> ListAsync(AppId app, Page page, CancellationToken cancellation)
    {
        var (shown, next) = page.CutWhole(await catalog.ListIncidentsAsync(app, cancellation), incident => Page.NewestFirst(incident.OpenedAt, incident.Version.Value));
        return new IncidentList([.. shown.Select(IncidentDescription.Of)], next);
    }

    public Task<Incident?> FindAsync(AppId app, BundleVersion version, CancellationToken cancellation) => catalog.FindIncidentAsync(app, version, cancellation);

    /// <param name="by">Whose decision it is.</param>
    /// <param name="app">The app.</param>
    /// <param name="version">The release that the incident is about.</param>
    /// <param name="order">What is to be done.</param>
    /// <param name="isKnown">Whether a tag is the one the caller has read.</param>
    /// <param name="cancellation">Gives up; what was committed stays.</param>
    /// <returns>What is wrong with the order, or null with the incident after it.</returns>
    public Task<(Problem? Problem, Incident? Incident)> OrderAsync(
        Principal by, AppId app, BundleVersion version, IncidentOrder order, Predicate<string> isKnown, CancellationToken cancellation) => RunAsync(
        by,
        app,
        version,
        order,
        (incident, _) => Task.FromResult(incident is not null && isKnown(Tag(incident)) ? incident : null),
        cancellation);

    /// <summary>A rollback of a release that may have no incident yet, which is then opened.</summary>
    /// <param name="by">Whose decision it is.</param>
    /// <param name="app">The app.</param>
    /// <param name="version">The release.</param>
    /// <param name="order">A rollback.</param>
    /// <param name="isKnown">Whether a tag of the release is the one the caller has read.</param>
    /// <param name="cancellation">Gives up; what was committed stays.</param>
    public Task<(Problem? Problem, Incident? Incident)> WithdrawAsync(
        Principal by, AppId app, BundleVersion version, IncidentOrder order, Predicate<string> isKnown, CancellationToken cancellation) => RunAsync(
        by,
        app,
        version,
        order,
        async (incident, token) =>
        {
            var release = await catalog.FindReleaseAsync(app, version, token);
            return release is not null && isKnown(ReleaseAdministration.Tag(release, await catalog.ListChannelsAsync(app, token)))
                ? incident ?? await opening.NewAsync(app, version, order.Reason, token)
                : null;
        },
        cancellation);

    /// <returns>What is wrong with the order whatever it is about, or where it leads.</returns>
    public async Task<(Problem? Fault, BundleVersion? To)> CheckAsync(AppId app, BundleVersion version, IncidentOrder order, CancellationToken cancellation) =>
        string.IsNullOrWhiteSpace(order.Reason) || order.Reason.Length > MaxReason
            ? (Problem.InvalidMember("reason"), null)
            : await FindTargetAsync(app, version, order, cancellation);

    /// <param name="by">Whose decision it is.</param>
    /// <param name="app">The app.</param>
    /// <param name="version">The release that the incident is about.</param>
    /// <param name="order">What is to be done.</param>
    /// <param name="choose">Gets the incident as it is, if there is one; gives the one to act on, or null when the caller knows another state.</param>
    /// <param name="cancellation">Gives up; what was committed stays.</param>
    private async Task<(Problem? Problem, Incident? Incident)> RunAsync(
        Principal by, AppId app, BundleVersion version, IncidentOrder order, Func<Incident?, CancellationToken, Task<Incident?>> choose, CancellationToken cancellation)
    {
        var (fault, to) = await CheckAsync(app, version, order, cancellation);
        if (fault is not null)
        {
            return (fault, null);
        }

        (ChannelName Channel, ForwardStep Step)? lacking = null;

        // First, so that observers hear of it and a rollback goes on whatever happens to this call.
        await queue.SendAsync(app, version, HeadStart, cancellation);
        var changed = await journal.ChangeAsync(
            app,
            version,
            async (current, token) =>
            {
                if (await choose(current, token) is not { } incident)
                {
                    return null;
                }

                var led = to is null ? [] : await ListLedAsync(app, incident, to.Value, token);
                (lacking, var passes) = await FindPassesAsync(by, app, led, to, token);
                return lacking is null ? await ChangeAsync(by, app, incident, order, to, led, passes, token) : null;
            },
            cancellation);
        if (lacking is var (channel, step))
        {
            return (await approvals.AskAsync(app, channel, step, by.Id, cancellation), null);
        }

        if (changed is null)
        {
            return (Problem.ChangedMeanwhile, null);
        }

        snapshots.Invalidate(app);
        if (order.Action is IncidentAction.Rollback)
        {
            await recovery.MoveAsync(app, version, cancellation);
            snapshots.Invalidate(app);
        }

        return (null, await catalog.FindIncidentAsync(app, version, cancellation));
    }

    private async Task<(Problem? Fault, BundleVersion? To)> FindTargetAsync(AppId app, BundleVersion version, IncidentOrder order, CancellationToken cancellation)
    {
        if (order.To is null)
        {
            return (order.Action is IncidentAction.Rollforward ? Problem.InvalidMember("to") : null, null);
        }

        var isUsable = order.Action is IncidentAction.Rollback or IncidentAction.Rollforward
            && BundleVersion.TryParse(order.To, out var to) && to != version
            && await catalog.FindReleaseAsync(app, to, cancellation) is { WithdrawnBecause: null, CollectedAt: null } release
            && await proof.FindDefectAsync(app, to, release, cancellation) is null;
        return isUsable ? (null, BundleVersion.Parse(order.To)) : (Problem.InvalidMember("to"), null);
    }

    /// <summary>The channels that the order leads elsewhere: where the release is, and those that the incident moved.</summary>
    private async Task<Channel[]> ListLedAsync(AppId app, Incident incident, BundleVersion to, CancellationToken cancellation) =>
    [
        .. (await catalog.ListChannelsAsync(app, cancellation))
            .Where(channel => channel.Target == incident.Version || incident.LastMoves.Any(move => move.Channel == channel.Name && move.Target == channel.Target))
            .Where(channel => channel.Target != to),
    ];

    /// <summary>A chosen target that a channel never offered is a way forward, also when the order says that it is back.</summary>
    private async Task<((ChannelName Channel, ForwardStep Step)? Lacking, ApprovalPass[] Passes)> FindPassesAsync(
        Principal by, AppId app, Channel[] led, BundleVersion? to, CancellationToken cancellation)
    {
        var passes = new List<ApprovalPass>();
        foreach (var channel in led)
        {
            var after = channel.PointAt(to);
            if (await gate.FindPassAsync(app, channel, after, by.Id, cancellation) is not { } pass)
            {
                return ((channel.Name, ForwardStep.Between(channel, after)!.Value), []);
            }

            passes.Add(pass);
        }

        return (null, [.. passes]);
    }

    private async Task<IncidentChange?> ChangeAsync(
        Principal by, AppId app, Incident incident, IncidentOrder order, BundleVersion? to, Channel[] led, ApprovalPass[] passes, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (await catalog.FindReleaseAsync(app, incident.Version, cancellation) is not { } release)
        {
            return null;
        }

        switch (order.Action)
        {
            case IncidentAction.Takeover:
                return IncidentChange.Of(incident.Enter(IncidentState.TakenOver, by.Id, order.Reason, now));
            case IncidentAction.Resolve:
                var resolved = IncidentChange.Of(incident.Enter(IncidentState.Resolved, by.Id, order.Reason, now));
                return release.PausedBecause is null ? resolved : resolved with
                {
                    Releases = [release with { PausedBecause = null }],
                    Acts = [new LedgerEntry(LedgerKind.ReleaseResumed, by.Id, $"{release.Version}", order.Reason)],
                };
            case IncidentAction.Rollback:
                var reopened = IncidentOpening.Reopen(incident, order.Reason) with { Ordered = to, Cells = [] };
                return release.WithdrawnBecause is null
                    ? IncidentOpening.Withdraw(release, reopened, by.Id, now)
                    : IncidentChange.Of(reopened.Enter(IncidentState.Opened, by.Id, order.Reason, now));
            default:
                var forward = incident.Lead([.. led.Select(channel => channel.Name)], to!.Value);
                return IncidentChange.Of(forward.Enter(IncidentState.TakenOver, by.Id, $"Rolled forward to {to}: {order.Reason}", now)) with
                {
                    Channels = [.. led.Select(channel => channel.PointAt(to))],
                    Approvals = [.. passes.Select(pass => pass.Used).OfType<ApprovalRequest>()],
                    Acts = [.. passes.SelectMany(pass => pass.Ledger), .. led.Select(channel => new LedgerEntry(LedgerKind.ChannelMoved, by.Id, $"{channel.Name}", $"{new PointerMove(channel.Target, to)}"))],
                };
        }
    }
}
