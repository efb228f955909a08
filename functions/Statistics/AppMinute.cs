using System.Collections.Concurrent;
using Serverless.Apps;

namespace Serverless.Statistics;

/// <summary>
/// What an app's devices did in a minute, as this instance saw it. Counting takes no lock, and no allocation but for a series that is new to the minute.
/// </summary>
internal sealed class AppMinute(AppId app, KnownVersions known)
{
    private readonly ConcurrentDictionary<SeriesKey, long[]> _series = new();
    private readonly ConcurrentDictionary<Transfer, long> _transfers = new();
    private readonly VersionRoom _room = new(app, known);
    private long _stored;

    public void Add(SeriesKey key, Measure measure) => Interlocked.Increment(ref CountsOf(key)[(int)measure]);

    /// <summary>Counts a download by files that has ended, for its sizes.</summary>
    public void Add(Transfer transfer) => _transfers.AddOrUpdate(
        _series.ContainsKey(transfer.To) ? transfer : new Transfer(null, transfer.To.WithoutVersion()), 1, static (_, count) => count + 1);

    /// <returns>What was counted, and with it what to tell <see cref="Stored"/>; null when it is stored already.</returns>
    public (UsageFrame Usage, IReadOnlyDictionary<Transfer, long> Transfers, long Sum)? Unstored()
    {
        // Transfers first: each belongs to a download that is counted before it.
        var transfers = _transfers.ToDictionary();
        var usage = _series.Aggregate(UsageFrame.Empty, (sum, series) => sum.Add(series.Key, new Measures([.. series.Value])));
        var count = usage.Series.Values.Sum(measures => measures.Values.Sum()) + transfers.Values.Sum();
        return count == Volatile.Read(ref _stored) ? null : (usage, transfers, count);
    }

    /// <summary>Takes note of what is stored: counts only grow, so their sum tells whether there are newer ones.</summary>
    public void Stored(long sum) => Volatile.Write(ref _stored, sum);

    private long[] CountsOf(SeriesKey key) =>
        _series.TryGetValue(key, out var counts) ? counts : _series.GetOrAdd(key with { Version = _room.Admit(key.Version) }, static _ => new long[Measures.All.Length]);
}
