using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Serverless.Apps;
using Serverless.Devices;
using Serverless.Limits;

namespace Serverless.Updates;

/// <summary>
/// The snapshots this instance serves from. A check normally finds one in memory and waits for nothing. App ids that nothing was found for are
/// remembered apart, so that no number of made-up ones can push out an app.
/// </summary>
internal sealed class AppSnapshots(
    SnapshotReader reader, SharedState shared, RequestLimits limits, TimeProvider time, IOptions<SnapshotOptions> options) : IDisposable
{
    // Each may cost a read every Snapshots:MaxAge.
    private const int MaxStrangers = 1_000;

    // Entries come and go with traffic; an app nobody asks for is forgotten.
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);

    private readonly MemoryCache _apps = new(new MemoryCacheOptions { SizeLimit = options.Value.MaxApps });
    private readonly MemoryCache _strangers = new(new MemoryCacheOptions { SizeLimit = MaxStrangers });

    /// <summary>For work that somebody was admitted to before.</summary>
    /// <exception cref="Azure.RequestFailedException">Storage does not answer and no recent snapshot is at hand.</exception>
    public ValueTask<AppSnapshot> GetAsync(AppId app) =>
        Find(_apps, app) is { } known ? known.GetAsync() : MeetAsync(app, Find(_strangers, app) ?? Keep(_strangers, app, New(app)));

    /// <summary>
    /// For whoever asks from outside. What this instance knows nothing of is looked up as often as the network may ask for such apps, and beyond
    /// that taken for an app that does not exist.
    /// </summary>
    /// <exception cref="Azure.RequestFailedException">Storage does not answer and no recent snapshot is at hand.</exception>
    public ValueTask<AppSnapshot> GetAsync(AppId app, NetworkTag? network) => Find(_apps, app) switch
    {
        { } known => known.GetAsync(),
        _ when Find(_strangers, app) is not null || limits.AdmitsUnfamiliarApp(network) => GetAsync(app),
        _ => new(AppSnapshot.Unknown(app)),
    };

    /// <summary>The snapshot of an app that this instance answers checks of, when storage need not be asked for it; null otherwise.</summary>
    public AppSnapshot? FindRecent(AppId app) => Find(_apps, app)?.Recent;

    /// <summary>Makes this instance look at storage before it answers for the app again, after it changed the app itself.</summary>
    public void Invalidate(AppId app) => (Find(_apps, app) ?? Find(_strangers, app))?.Invalidate();

    /// <summary>The same for all apps.</summary>
    public void InvalidateAll()
    {
        shared.Invalidate();
        _apps.Clear();
        _strangers.Clear();
    }

    public void Dispose()
    {
        _apps.Dispose();
        _strangers.Dispose();
    }

    private async ValueTask<AppSnapshot> MeetAsync(AppId app, RefreshedSnapshot stranger)
    {
        var snapshot = await stranger.GetAsync();
        if (snapshot.Exists)
        {
            Keep(_apps, app, stranger);
            _strangers.Remove(app.Value);
        }

        return snapshot;
    }

    private RefreshedSnapshot New(AppId app) => new(app, reader, shared, time, options.Value);

    // By the text, which is an object already.
    private static RefreshedSnapshot? Find(MemoryCache cache, AppId app) => cache.TryGetValue(app.Value, out RefreshedSnapshot? found) ? found : null;

    // Two requests may both make one; the second then refreshes for itself once, which costs a read and nothing else.
    private static RefreshedSnapshot Keep(MemoryCache cache, AppId app, RefreshedSnapshot snapshot) =>
        cache.Set(app.Value, snapshot, new MemoryCacheEntryOptions { Size = 1, SlidingExpiration = Idle });
}
