using System.Collections.Immutable;
using Serverless.Apps;
using Serverless.Releases;

namespace Serverless.Keys;

/// <summary>The releases of an app that devices may be offered: what its channels point at, and what they would go back to.</summary>
internal sealed class ReleasesInUse(ReleaseCatalog catalog)
{
    // A rollback tries the newest ones first.
    private const int History = 3;

    /// <returns>Without withdrawn ones; the channels' targets first.</returns>
    public async Task<ImmutableArray<Release>> ListAsync(AppId app, CancellationToken cancellation)
    {
        var channels = await catalog.ListChannelsAsync(app, cancellation);
        var versions = channels.Select(channel => channel.Target).OfType<BundleVersion>()
            .Concat(channels.SelectMany(channel => channel.History.Take(History)))
            .Distinct();
        var releases = ImmutableArray.CreateBuilder<Release>();
        foreach (var version in versions)
        {
            if (await catalog.FindReleaseAsync(app, version, cancellation) is { WithdrawnBecause: null } release)
            {
                releases.Add(release);
            }
        }

        return releases.ToImmutable();
    }
}
