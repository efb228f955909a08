using Serverless.Apps;
using Serverless.Storage;

namespace Serverless.Releases;

/// <summary>
/// Releases as this instance read them, for those who look at all that an app's channels lead to: a thousand channels may lead to a thousand, and a change
/// of the app touches a few.
/// </summary>
internal sealed class RecentReleases(ReleaseCatalog catalog)
{
    // Some kilobytes each.
    private const int MaxRemembered = 10_000;

    private readonly RecentEntries<(AppId App, BundleVersion Version), ReadRelease> _read = new(MaxRemembered);

    /// <summary>Costs a read unless the release is known as it was at the given state, or later.</summary>
    /// <param name="app">The app.</param>
    /// <param name="state">Its counters, read before.</param>
    /// <param name="version">The release.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Null when there is none, which is not remembered.</returns>
    /// <exception cref="System.Text.Json.JsonException">The row cannot be read.</exception>
    public async Task<Release?> FindAsync(AppId app, AppState state, BundleVersion version, CancellationToken cancellation)
    {
        // A later revision than there is now: the app was restored from a backup, and has a history of its own since then.
        if (_read.TryGet((app, version), out var read) && read!.Revision <= state.Revision && state.Changes.LeftAlone(version, read.Revision))
        {
            return read.Release;
        }

        if (await catalog.FindReleaseAsync(app, version, cancellation) is not { } release)
        {
            return null;
        }

        _read.Set((app, version), new ReadRelease(state.Revision, release));
        return release;
    }

    /// <param name="Revision">Of the app, read before the release: what it is now is at least that new.</param>
    private sealed record ReadRelease(long Revision, Release Release);
}
