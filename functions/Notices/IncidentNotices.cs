using Microsoft.Extensions.Options;
using Serverless.Apps;
using Serverless.Ledger;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Rollbacks;

namespace Serverless.Notices;

/// <summary>
/// Tells the users of a failed release: a notice while its incident is under way, and another when it is over. Both are made from the incident
/// as it is stored, so a step that is told twice, or late, writes nothing new.
/// </summary>
internal sealed class IncidentNotices(
    ReleaseCatalog catalog, OutcomeStore outcomes, NoticeAnnouncements announcements, NoticeCache cache, IOptions<NoticeOptions> options, TimeProvider time)
    : IIncidentObserver
{
    private const string Actor = "incident-notices";

    public async Task ChangedAsync(AppId app, Incident incident, CancellationToken cancellation)
    {
        if (incident.Kind is not IncidentKind.Rollback)
        {
            // Nothing is taken from anybody for it.
            return;
        }

        var version = incident.Version;
        var (aboutId, resolutionId) = (IncidentNotice.Id(incident), IncidentNotice.ResolutionId(incident));
        if (await catalog.FindNoticeAsync(app, aboutId, cancellation) is null && (await outcomes.TallyAsync(app, version, cancellation)).Total.Exposed == 0)
        {
            // Nobody had the release, so nobody needs to be told.
            return;
        }

        await catalog.ChangeAsync(app, (_, token) => PlanAsync(app, version, aboutId, resolutionId, token), cancellation);
        cache.Forget(app);
        await AnnounceAsync(app, aboutId, cancellation);
        await AnnounceAsync(app, resolutionId, cancellation);
    }

    private async Task AnnounceAsync(AppId app, string id, CancellationToken cancellation)
    {
        if (await catalog.FindNoticeAsync(app, id, cancellation) is { } notice)
        {
            await announcements.TryAnnounceAsync(app, notice, cancellation);
        }
    }

    private async Task<CatalogChange?> PlanAsync(AppId app, BundleVersion version, string aboutId, string resolutionId, CancellationToken cancellation)
    {
        if (await catalog.FindIncidentAsync(app, version, cancellation) is not { } incident)
        {
            return null;
        }

        var isWithdrawn = !incident.Cells.IsEmpty || await catalog.FindReleaseAsync(app, version, cancellation) is { WithdrawnBecause: not null };
        var about = await catalog.FindNoticeAsync(app, aboutId, cancellation);
        var resolution = await catalog.FindNoticeAsync(app, resolutionId, cancellation);
        var plan = (incident.State is IncidentState.Resolved or IncidentState.TakenOver ? End(incident, about, resolution) : Follow(incident, isWithdrawn, about)).ToArray();
        return plan.Length == 0 ? null : new CatalogChange { Notices = [.. plan.Select(step => step.Notice)], Ledger = [.. plan.Select(step => step.Entry)] };
    }

    private IEnumerable<(Notice Notice, LedgerEntry Entry)> Follow(Incident incident, bool isWithdrawn, Notice? about)
    {
        var now = time.GetUtcNow();
        var next = IncidentNotice.About(incident, isWithdrawn, about, options.Value.EstimatedResolution, now);
        if (about is null)
        {
            yield return (next with { IsAnnounced = !announcements.AreOwed }, NoticeEntries.Published(next, Actor));
        }
        else if (about.ClosedAt is null && next.Tag() != about.Tag())
        {
            next = next with { UpdatedAt = now };
            yield return (next, NoticeEntries.Changed(next, Actor));
        }
    }

    private IEnumerable<(Notice Notice, LedgerEntry Entry)> End(Incident incident, Notice? about, Notice? resolution)
    {
        var now = time.GetUtcNow();
        if (about is { ClosedAt: null })
        {
            var closed = about with { ClosedAt = incident.ClosedAt ?? now, UpdatedAt = now };
            yield return (closed, NoticeEntries.Closed(closed, Actor));
        }

        if (resolution is null)
        {
            var told = IncidentNotice.Resolution(incident, now);
            yield return (told with { IsAnnounced = !announcements.AreOwed }, NoticeEntries.Published(told, Actor));
        }
    }
}
