using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Apps;
using Serverless.Releases;
using Serverless.Rollbacks;

namespace Serverless.Deliveries;

/// <summary>Tells webhooks of incidents. A step that is told again, or that a later one has overtaken, is announced under the same ids.</summary>
internal sealed class IncidentAnnouncements(ReleaseCatalog catalog, Announcer announcer, TimeProvider time) : IIncidentObserver
{
    public async Task ChangedAsync(AppId app, Incident incident, CancellationToken cancellation)
    {
        if (!announcer.HasTargets)
        {
            return;
        }

        var opening = $"{incident.Version} {incident.OpenedAt:O}";
        var data = JsonSerializer.SerializeToNode(incident, PipelineJson.Default.Incident)!.AsObject();
        await announcer.AnnounceAsync(new Announcement(EventType.IncidentOpened, app, opening, incident.OpenedAt, data), cancellation);
        if (await catalog.FindReleaseAsync(app, incident.Version, cancellation) is { WithdrawnBecause: { } reason })
        {
            var withdrawal = new JsonObject { ["version"] = incident.Version.Value, ["reason"] = reason };
            await announcer.AnnounceAsync(new Announcement(EventType.ReleaseWithdrawn, app, opening, incident.OpenedAt, withdrawal), cancellation);
        }

        if (incident.State is not IncidentState.Opened)
        {
            var isOver = incident.State is IncidentState.Resolved or IncidentState.TakenOver;
            await announcer.AnnounceAsync(
                new Announcement(
                    isOver ? EventType.IncidentResolved : EventType.IncidentUpdated,
                    app,
                    $"{opening} {incident.State}",
                    incident.ClosedAt ?? time.GetUtcNow(),
                    data),
                cancellation);
        }
    }
}
