using Microsoft.Extensions.Caching.Memory;

namespace Serverless.Storage;

/// <summary>
/// Keeps what is dear to make and never changes. However many ask for it at once, it is made once, and none of them can cancel it for the
/// others; what could not be made is tried again by the next who asks.
/// </summary>
/// <param name="capacity">Sum of the sizes that are kept, in a unit of the caller's.</param>
/// <param name="idle">What nobody asks for is forgotten after so long.</param>
internal sealed class SharedCache<TKey, TValue>(long capacity, TimeSpan idle) : IDisposable
    where TKey : notnull
{
    private readonly MemoryCache _entries = new(new MemoryCacheOptions { SizeLimit = capacity });

    /// <param name="key">Stands for one value for ever.</param>
    /// <param name="size">In the unit of the capacity; what is larger than all of it is made each time.</param>
    /// <param name="make">Must bound its own time.</param>
    public async ValueTask<TValue> GetAsync(TKey key, long size, Func<Task<TValue>> make)
    {
        var entry = _entries.TryGetValue(key, out Lazy<Task<TValue>>? known)
            ? known!
            : _entries.Set(key, new Lazy<Task<TValue>>(make), new MemoryCacheEntryOptions { Size = size, SlidingExpiration = idle });
        try
        {
            return await entry.Value;
        }
        catch
        {
            _entries.Remove(key);
            throw;
        }
    }

    public void Dispose() => _entries.Dispose();
}
