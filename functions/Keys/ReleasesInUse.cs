using System.Collections.Immutable;
using Serverless.Apps;
using Serverless.Releases;

namespace Serverless.Keys;

/// <summary>The releases of an app that devices may be offered: where its channels and pins lead, and what channels would go back to.</summary>
internal sealed class ReleasesInUse(ReleaseCatalog catalog)
{
    // A rollback tries the newest ones first.
    private const int History = 3;

    /// <returns>Without withdrawn ones; those that devices are led to first.</returns>
    public async Task<ImmutableArray<Release>> ListAsync(AppId app, CancellationToken cancellation)
    {
        var channels = await catalog.ListChannelsAsync(app, cancellation);
        var pins = await catalog.ListPinsAsync(app, cancellation);
        var versions = channels.SelectMany(channel => channel.Destinations())
            .Concat(pins.Select(pin => pin.Version).OfType<BundleVersion>())
            .Concat(channels.SelectMany(channel => channel.History.Take(History)))
            .Distinct();
        var releases = ImmutableArray.CreateBuilder<Release>();
        foreach (var version in versions)
        {
            if (await catalog.FindReleaseAsync(app, version, cancellation) is { WithdrawnBecause: null, CollectedAt: null } release)
            {
                releases.Add(release);
            }
        }

        return releases.ToImmutable();
    }
}
