namespace Serverless.Reports;

/// <summary>
/// The events that were taken in lately, because plugins send an event at least once: a report whose answer is lost comes again, alone or
/// with what happened since. In memory, for this instance alone and bounded; an event it has forgotten or never seen is queued a second time
/// and still counts once, because outcomes are idempotent.
/// </summary>
internal sealed class RecentEvents(TimeProvider time)
{
    /// <summary>Half of it may be forgotten at any time.</summary>
    public const int Capacity = 100_000;

    /// <summary>An event is remembered for at least this long, unless half the capacity of newer ones comes sooner.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private HashSet<EventKey> _recent = [];
    private HashSet<EventKey> _older = [];
    private long _turnedAt = time.GetTimestamp();

    public bool Contains(EventKey key)
    {
        lock (_gate)
        {
            return _recent.Contains(key) || _older.Contains(key);
        }
    }

    public void Remember(EventKey key)
    {
        lock (_gate)
        {
            if (_recent.Count >= Capacity / 2 || time.GetElapsedTime(_turnedAt) >= Life)
            {
                _older = _recent;
                _recent = [];
                _turnedAt = time.GetTimestamp();
            }

            _recent.Add(key);
        }
    }
}
