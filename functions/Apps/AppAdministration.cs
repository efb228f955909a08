using Serverless.Access;
using Serverless.Management;
using Serverless.Releases;
using Serverless.Rollbacks;

namespace Serverless.Apps;

/// <summary>Shows apps to people. Reads the catalog itself: people expect to see what they just changed.</summary>
internal sealed class AppAdministration(ReleaseCatalog catalog)
{
    /// <summary>Costs a few small reads for each app of the page, however many apps there are.</summary>
    /// <param name="by">Who sees only the apps to which he is limited.</param>
    /// <param name="page">Which page.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<AppList> ListAsync(Principal by, Page page, CancellationToken cancellation)
    {
        var after = page.After ?? "";
        var found = await (by.Apps is null ? catalog.ListAppsAsync(after, cancellation) : FindAsync(by.Apps, after, cancellation))
            .Take(page.Limit + 1)
            .ToListAsync(cancellation);
        var (shown, next) = page.Cut(found, app => Page.Next(app.App.Value));
        return new AppList([.. await Task.WhenAll(shown.Select(app => DescribeAsync(app.App, app.State, cancellation)))], next);
    }

    public async Task<AppDescription> DescribeAsync(AppId app, CancellationToken cancellation) =>
        await DescribeAsync(app, await catalog.ReadAppAsync(app, cancellation), cancellation);

    private IAsyncEnumerable<(AppId App, AppState State)> FindAsync(IEnumerable<string> apps, string after, CancellationToken cancellation) => apps
        .Where(app => string.CompareOrdinal(app, after) > 0)
        .Order(StringComparer.Ordinal)
        .Select(app => AppId.TryParse(app, out var id) ? id : AppId.None)
        .ToAsyncEnumerable()
        .Select(async (AppId app, CancellationToken token) => (app, State: await catalog.ReadAppAsync(app, token)))
        .Where(app => app.State.Exists);

    private async Task<AppDescription> DescribeAsync(AppId app, AppState state, CancellationToken cancellation)
    {
        var incidents = await catalog.ListIncidentsAsync(app, cancellation);
        var last = await catalog.ListReleasesAsync(app, before: null, pageSize: 1, cancellation).FirstOrDefaultAsync(cancellation);
        return new AppDescription(
            app.Value,
            state.Sequence,
            state.ChannelCount,
            incidents.Count(incident => incident.State is not (IncidentState.Resolved or IncidentState.TakenOver)),
            state.LedgerCount,
            last is null ? null : new LastRelease(last.Version.Value, last.CreatedAt));
    }
}
