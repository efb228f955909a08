using Serverless.Apps;
using Serverless.Releases;

namespace Serverless.Retention;

/// <summary>Reads what an app holds: five queries, of which the one of its releases has a page for each thousand.</summary>
internal sealed class HoldingsReading(ReleaseCatalog catalog)
{
    /// <param name="app">The app.</param>
    /// <param name="state">As read before. Only a change that is committed from the same state may rest on what is returned.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Holdings> ReadAsync(AppId app, AppState state, CancellationToken cancellation) => new()
    {
        Revision = state.Revision,
        Releases = [.. await catalog.ReadReleasesAsync(app, cancellation).ToListAsync(cancellation)],
        Channels = await catalog.ListChannelsAsync(app, cancellation),
        Pins = await catalog.ListPinsAsync(app, cancellation),
        Incidents = await catalog.ListIncidentsAsync(app, cancellation),
        Approvals = await catalog.ListApprovalsAsync(app, cancellation),
    };
}
