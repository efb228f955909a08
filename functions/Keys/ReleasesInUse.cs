using System.Collections.Immutable;
using Azure;
using Serverless.Apps;
using Serverless.Releases;
using Serverless.Storage;

namespace Serverless.Keys;

/// <summary>The releases of an app that devices may be offered: where its channels and pins lead, and what channels would go back to.</summary>
internal sealed class ReleasesInUse(ReleaseCatalog catalog, RecentReleases recent)
{
    // A rollback tries the newest ones first.
    private const int History = 3;

    private const int MaxAppsListed = 100;

    private readonly RecentEntries<AppId, ListedReleases> _listed = new(MaxAppsListed);

    /// <summary>Reads one row while the app has not changed since this instance listed them, and otherwise those that changed: an app may have a thousand channels.</summary>
    /// <returns>Without withdrawn ones; those that devices are led to first.</returns>
    public async Task<ImmutableArray<Release>> ListAsync(AppId app, CancellationToken cancellation)
    {
        var state = await catalog.ReadAppAsync(app, cancellation);
        if (state.ETag is not { } read)
        {
            return [];
        }

        if (_listed.TryGet(app, out var listed) && listed!.AppETag == read)
        {
            return listed.Releases;
        }

        var releases = await ReadAsync(app, state, cancellation);
        _listed.Set(app, new ListedReleases(read, releases));
        return releases;
    }

    private async Task<ImmutableArray<Release>> ReadAsync(AppId app, AppState state, CancellationToken cancellation)
    {
        var channels = await catalog.ListChannelsAsync(app, state, cancellation);
        var pins = await catalog.ListPinsAsync(app, cancellation);
        var versions = channels.SelectMany(channel => channel.Destinations())
            .Concat(pins.Select(pin => pin.Version).OfType<BundleVersion>())
            .Concat(channels.SelectMany(channel => channel.History.Take(History)))
            .Distinct();
        var releases = await ManyReads.RunAsync(versions, (version, token) => recent.FindAsync(app, state, version, token), cancellation);
        return [.. releases.OfType<Release>().Where(release => release is { WithdrawnBecause: null, CollectedAt: null })];
    }

    private sealed record ListedReleases(ETag AppETag, ImmutableArray<Release> Releases);
}
