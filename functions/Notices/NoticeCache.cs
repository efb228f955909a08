using System.Collections.Immutable;
using Microsoft.Extensions.Caching.Memory;
using Serverless.Apps;
using Serverless.Releases;

namespace Serverless.Notices;

/// <summary>The notices of apps that exist, read at most every few seconds however many devices ask.</summary>
internal sealed class NoticeCache(ReleaseCatalog catalog) : IDisposable
{
    private const int MaxApps = 1000;

    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(5);

    private readonly MemoryCache _apps = new(new MemoryCacheOptions { SizeLimit = MaxApps });

    public async ValueTask<ImmutableArray<Notice>> GetAsync(AppId app)
    {
        var entry = _apps.TryGetValue(app, out Lazy<Task<ImmutableArray<Notice>>>? known) ? known! : Add(app);
        try
        {
            return await entry.Value;
        }
        catch
        {
            _apps.Remove(app);
            throw;
        }
    }

    /// <summary>Whoever changed a notice sees the change; other instances see it within seconds.</summary>
    public void Forget(AppId app) => _apps.Remove(app);

    public void Dispose() => _apps.Dispose();

    // Whoever gives up waiting must not take the answer from the others, so the read has no cancellation; the client's own deadlines bound it.
    private Lazy<Task<ImmutableArray<Notice>>> Add(AppId app) => _apps.Set(
        app,
        new Lazy<Task<ImmutableArray<Notice>>>(() => catalog.ListNoticesAsync(app, CancellationToken.None)),
        new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = MaxAge });
}
