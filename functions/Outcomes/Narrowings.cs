using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Outcomes;

/// <summary>
/// How often terms of offers became narrower in each partition of outcomes, as storage said a moment ago: one point read for all devices of a partition
/// together, and only while somebody asks. In memory and bounded.
/// </summary>
internal sealed class Narrowings(TableServiceClient tables, TimeProvider time)
{
    /// <summary>How long a count is relied on: no longer than a snapshot may be behind a withdrawal.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(4);

    private const int MaxPartitions = 10_000;

    private static readonly string[] Columns = [nameof(ReleaseTally.Narrowings)];

    private readonly TableClient _table = tables.GetTableClient(Tables.Outcomes);
    private readonly RecentEntries<string, Reading> _readings = new(MaxPartitions);

    /// <returns>The count, or null when nobody has asked for it within <see cref="MaxAge"/>.</returns>
    public long? Find(string partition) => FindReading(partition)?.Count is { IsCompletedSuccessfully: true } count ? count.Result : null;

    /// <summary>The count. Whoever asks while it is being read waits for the same reading.</summary>
    /// <exception cref="TimeoutException">Storage did not answer while a device waits.</exception>
    public Task<long> GetAsync(string partition, CancellationToken cancellation)
    {
        if (FindReading(partition) is { Count: { IsFaulted: false } known })
        {
            return known.WaitAsync(cancellation);
        }

        // Nobody's cancellation, because it is read for everybody.
        var reading = new Reading(time.GetUtcNow(), StorageDeadline.BoundAsync(token => ReadAsync(partition, token), CancellationToken.None));
        _readings.Set(partition, reading);
        return reading.Count.WaitAsync(cancellation);
    }

    private Reading? FindReading(string partition) =>
        _readings.TryGet(partition, out var reading) && time.GetUtcNow() - reading!.At < MaxAge ? reading : null;

    private async Task<long> ReadAsync(string partition, CancellationToken cancellation)
    {
        var tally = await _table.GetEntityIfExistsAsync<TableEntity>(partition, OutcomeKeys.Tally, Columns, cancellation);
        return tally.HasValue ? OutcomeRows.ReadNarrowings(tally.Value!) : 0;
    }

    /// <param name="At">When it was asked for, which is no later than what it says.</param>
    /// <param name="Count">The count.</param>
    private sealed record Reading(DateTimeOffset At, Task<long> Count);
}
