using System.Collections.Concurrent;

namespace Serverless.Storage;

/// <summary>
/// What was written last, in bounded memory: two generations, of which the older goes as a whole when the younger is full. Counted here, because a
/// concurrent dictionary takes all its locks to say how much it holds: asked at each writing, that cost 0.1 ms.
/// </summary>
/// <param name="capacity">Entries, give or take those that are written at the very turn; at least half of it is remembered.</param>
internal sealed class RecentEntries<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private ConcurrentDictionary<TKey, TValue> _recent = new();
    private ConcurrentDictionary<TKey, TValue> _older = new();
    private int _written;

    public int Count => _recent.Count + _older.Count;

    public void Set(TKey key, TValue value)
    {
        if (!_recent.TryAdd(key, value))
        {
            _recent[key] = value;
        }
        else if (Interlocked.Increment(ref _written) == capacity / 2)
        {
            _older = _recent;
            _recent = new();
            _written = 0;
        }
    }

    public bool TryGet(TKey key, out TValue? value) => _recent.TryGetValue(key, out value) || _older.TryGetValue(key, out value);

    /// <param name="key">Stands for one value.</param>
    /// <param name="make">Called where it is not remembered; by several at once, of which one is.</param>
    public TValue GetOrAdd(TKey key, Func<TKey, TValue> make)
    {
        if (!TryGet(key, out var value))
        {
            value = make(key);
            Set(key, value);
        }

        return value!;
    }

    public void Remove(TKey key)
    {
        _recent.TryRemove(key, out _);
        _older.TryRemove(key, out _);
    }
}
