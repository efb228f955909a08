using Serverless.Apps;
using Serverless.Releases;

namespace Serverless.Rollbacks;

/// <summary>Incidents of releases that synthetic devices cannot install: one a release, closed by itself. Nothing is withdrawn for it.</summary>
internal sealed class ProbeIncidents(ReleaseCatalog catalog, IncidentJournal journal, TimeProvider time)
{
    /// <summary>Opens it unless the release has an incident that is not over, or was withdrawn while the device was on its way: nobody is led to it, and nothing would close it.</summary>
    public Task OpenAsync(AppId app, BundleVersion version, string defect, CancellationToken cancellation) => journal.ChangeAsync(
        app,
        version,
        async (incident, token) =>
        {
            if (await catalog.FindReleaseAsync(app, version, token) is not { WithdrawnBecause: null })
            {
                return null;
            }

            var now = time.GetUtcNow();
            return incident switch
            {
                null => Open(new Incident { Version = version, Kind = IncidentKind.Probe, State = IncidentState.Opened, Reason = defect, OpenedAt = now }),
                { ClosedAt: not null } => Open(incident with { Kind = IncidentKind.Probe, Reason = defect }),
                _ => null,
            };

            IncidentChange Open(Incident opening) => IncidentChange.Of(opening.Enter(IncidentState.Opened, IncidentActor.Probe, defect, now));
        },
        cancellation);

    /// <summary>Closes the release's open incident, if it is one of these.</summary>
    public async Task CloseAsync(AppId app, BundleVersion version, string note, CancellationToken cancellation)
    {
        // Nearly always there is none, which a read tells.
        if (await catalog.FindIncidentAsync(app, version, cancellation) is not { Kind: IncidentKind.Probe, State: IncidentState.Opened })
        {
            return;
        }

        await journal.ChangeAsync(
            app,
            version,
            (incident, _) => Task.FromResult(incident is { Kind: IncidentKind.Probe, State: IncidentState.Opened }
                ? IncidentChange.Of(incident.Enter(IncidentState.Resolved, IncidentActor.Probe, note, time.GetUtcNow()))
                : null),
            cancellation);
    }
}
