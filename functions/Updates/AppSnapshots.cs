using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Serverless.Apps;

namespace Serverless.Updates;

/// <summary>The snapshots this instance serves from. A check normally finds one in memory and waits for nothing.</summary>
internal sealed class AppSnapshots(SnapshotReader reader, SharedState shared, TimeProvider time, IOptions<SnapshotOptions> options) : IDisposable
{
    // Entries come and go with traffic; an app nobody asks for is forgotten.
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);

    private readonly MemoryCache _apps = new(new MemoryCacheOptions { SizeLimit = options.Value.MaxApps });

    /// <exception cref="Azure.RequestFailedException">Storage does not answer and no recent snapshot is at hand.</exception>
    public ValueTask<AppSnapshot> GetAsync(AppId app) => Find(app).GetAsync();

    /// <summary>Makes this instance look at storage before it answers for the app again, after it changed the app itself.</summary>
    public void Invalidate(AppId app) => Find(app).Invalidate();

    /// <summary>The same for all apps.</summary>
    public void InvalidateAll()
    {
        shared.Invalidate();
        _apps.Clear();
    }

    public void Dispose() => _apps.Dispose();

    private RefreshedSnapshot Find(AppId app)
    {
        if (_apps.TryGetValue(app, out RefreshedSnapshot? known))
        {
            return known!;
        }

        // Two requests may both make one; the second then refreshes for itself once, which costs a read and nothing else.
        var fresh = new RefreshedSnapshot(app, reader, shared, time, options.Value);
        return _apps.Set(app, fresh, new MemoryCacheEntryOptions { Size = 1, SlidingExpiration = Idle });
    }
}
