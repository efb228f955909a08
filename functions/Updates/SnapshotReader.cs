using System.Collections.Frozen;
using Serverless.Apps;
using Serverless.Releases;

namespace Serverless.Updates;

/// <summary>Reads an app's snapshot from the catalog.</summary>
internal sealed class SnapshotReader(ReleaseCatalog catalog)
{
    /// <summary>Costs one read when nothing changed since <paramref name="last"/>.</summary>
    public async Task<AppSnapshot> ReadAsync(AppId app, AppSnapshot? last, CancellationToken cancellation)
    {
        // The revision first: whatever is read after it is at least that new, and a later change shows as a later revision.
        var state = await catalog.ReadAppAsync(app, cancellation);
        if (!state.Exists)
        {
            return AppSnapshot.Unknown(app);
        }

        if (last is not null && last.Revision == state.Revision)
        {
            return last;
        }

        var channels = await catalog.ListChannelsAsync(app, cancellation);
        var targets = channels.Select(channel => channel.Target).OfType<BundleVersion>().Distinct();
        var releases = await Task.WhenAll(targets.Select(version => catalog.FindReleaseAsync(app, version, cancellation)));
        return new AppSnapshot
        {
            App = app,
            Revision = state.Revision,
            Channels = channels.ToFrozenDictionary(channel => channel.Name.Value, StringComparer.Ordinal),
            Releases = releases.OfType<Release>().ToFrozenDictionary(release => release.Version.Value, StringComparer.Ordinal),
        };
    }
}
