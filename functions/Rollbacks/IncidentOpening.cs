using Serverless.Apps;
using Serverless.Devices;
using Serverless.Ledger;
using Serverless.Releases;
using Serverless.Rollbacks.Decisions;

namespace Serverless.Rollbacks;

/// <summary>
/// Opens the incident that a decision calls for, in the transaction that keeps devices from the release. The same decision again changes
/// nothing; a wider one opens the incident anew; what people took over or resolved stays theirs.
/// </summary>
internal sealed class IncidentOpening(ReleaseCatalog catalog, IncidentJournal journal, TimeProvider time)
{
    /// <returns>The incident, or null when the decision changed nothing.</returns>
    public Task<Incident?> OpenAsync(AppId app, BundleVersion version, RollbackDecision decision, CancellationToken cancellation) => journal.ChangeAsync(
        app,
        version,
        async (incident, token) =>
        {
            if (await catalog.FindReleaseAsync(app, version, token) is not { WithdrawnBecause: null } release || incident is { IsInHumanHands: true })
            {
                return null;
            }

            var opened = incident ?? await NewAsync(app, version, decision.Reason, token);
            return decision switch
            {
                { Action: RollbackAction.Pause } => Pause(release, opened, decision.Reason),
                { Action: RollbackAction.Rollback } when await FindForbiddenAsync(app, release, token) is { } forbidden => Pause(release, opened, $"{decision.Reason} {forbidden}"),
                { Action: RollbackAction.Rollback, Cell: { } cell } => Detour(opened, cell, decision.Reason),
                { Action: RollbackAction.Rollback } => Withdraw(release, Reopen(opened, decision.Reason) with { Cells = [] }, IncidentActor.Policy, time.GetUtcNow()),
                _ => null,
            };
        },
        cancellation);

    /// <summary>The release is offered to nobody any more, and the incident begins anew.</summary>
    public static IncidentChange Withdraw(Release release, Incident incident, string actor, DateTimeOffset at) =>
        IncidentChange.Of(incident.Enter(IncidentState.Opened, actor, incident.Reason, at)) with
        {
            Releases = [release with { WithdrawnBecause = incident.Reason, PausedBecause = null }],
            Acts = [new LedgerEntry(LedgerKind.ReleaseWithdrawn, actor, $"{release.Version}", incident.Reason)],
        };

    /// <summary>An incident that has no step yet.</summary>
    public async Task<Incident> NewAsync(AppId app, BundleVersion version, string reason, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        return new Incident
        {
            Version = version,
            State = IncidentState.Opened,
            Reason = reason,
            OpenedAt = now,
            EstimatedResolution = now + ResolutionEstimate.Of(await catalog.ListIncidentsAsync(app, cancellation)),
        };
    }

    /// <summary>The incident as one of a decision, whatever it was about before; its moves stay on record.</summary>
    public static Incident Reopen(Incident incident, string reason) => incident with { Kind = IncidentKind.Rollback, Reason = reason, Plan = [], Stranded = [] };

    private IncidentChange? Detour(Incident incident, Cell cell, string reason)
    {
        // An incident about all of the fleet has a withdrawn release, so this one is about cells or has no step yet.
        var isKnown = incident is { Kind: IncidentKind.Rollback, State: not IncidentState.Paused } && incident.Cells.Contains(cell);
        return isKnown ? null : IncidentChange.Of(
            (Reopen(incident, reason) with { Cells = incident.Cells.Add(cell) }).Enter(IncidentState.Opened, IncidentActor.Policy, reason, time.GetUtcNow()));
    }

    private IncidentChange? Pause(Release release, Incident incident, string reason) => release.PausedBecause is not null ? null :
        IncidentChange.Of(Reopen(incident, reason).Enter(IncidentState.Paused, IncidentActor.Policy, reason, time.GetUtcNow())) with
        {
            Releases = [release with { PausedBecause = reason }],
            Acts = [new LedgerEntry(LedgerKind.ReleasePaused, IncidentActor.Policy, $"{release.Version}", reason)],
        };

    /// <returns>Why the release's floor lets no channel go back, or null when it does not.</returns>
    private async Task<string?> FindForbiddenAsync(AppId app, Release release, CancellationToken cancellation)
    {
        if (release.Notes.RollbackFloor is not { } floor)
        {
            return null;
        }

        var channels = await catalog.ListChannelsAsync(app, cancellation);
        foreach (var earlier in channels.SelectMany(TargetSearch.Earlier).Distinct().Where(version => version != release.Version && version >= floor))
        {
            if (await catalog.FindReleaseAsync(app, earlier, cancellation) is { WithdrawnBecause: null, CollectedAt: null })
            {
                return null;
            }
        }

        return $"Its rollback floor {floor} is above every earlier release, so nobody can go back: the release is paused.";
    }
}
