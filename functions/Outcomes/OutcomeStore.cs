using Azure;
using Azure.Data.Tables;
using Serverless.Apps;
using Serverless.Devices;
using Serverless.Releases;
using Serverless.Storage;

namespace Serverless.Outcomes;

/// <summary>
/// The offer ledger and the outcomes: one row a device and release, in sixteen partitions a release. A partition's tally changes in the same
/// transaction as its rows, so a message that is delivered twice counts once.
/// </summary>
internal sealed class OutcomeStore(TableServiceClient tables, TimeProvider time)
{
    // One place of a transaction's hundred is the tally's.
    private const int MaxDevicesAtOnce = 90;
    private const int MaxAttempts = 20;

    private readonly TableClient _table = tables.GetTableClient(Tables.Outcomes);

    /// <summary>Writes down that the device is answered with the release: one write the first time, one write refused and one read later.</summary>
    public async Task<OfferTerms> OfferAsync(AppId app, BundleVersion version, DevicePseudonym device, CancellationToken cancellation)
    {
        var partition = OutcomeKeys.Partition(app, version, OutcomeKeys.Shard(device));
        var row = OutcomeKeys.Device(device);
        try
        {
            await _table.AddEntityAsync(OutcomeRows.Write(partition, row, DeviceOutcome.Unknown with { OfferedAt = time.GetUtcNow() }, default), cancellation);
            return OfferTerms.Any;
        }
        catch (RequestFailedException e) when (StorageFault.IsConflict(e))
        {
            return (await EnsureOfferedAsync(partition, row, cancellation)).Terms;
        }
    }

    public async Task<DeviceOutcome> FindAsync(AppId app, BundleVersion version, DevicePseudonym device, CancellationToken cancellation)
    {
        var partition = OutcomeKeys.Partition(app, version, OutcomeKeys.Shard(device));
        return await ReadAsync(partition, OutcomeKeys.Device(device), cancellation) is { } row ? OutcomeRows.ReadOutcome(row) : DeviceOutcome.Unknown;
    }

    /// <summary>Counts votes on a release. Idempotent.</summary>
    /// <returns>What they added.</returns>
    public async Task<OutcomeTally> RecordAsync(AppId app, BundleVersion version, IEnumerable<Vote> votes, CancellationToken cancellation)
    {
        var added = default(OutcomeTally);
        foreach (var shard in votes.GroupBy(vote => OutcomeKeys.Shard(vote.Device)))
        {
            var partition = OutcomeKeys.Partition(app, version, shard.Key);
            foreach (var devices in shard.GroupBy(vote => vote.Device).Chunk(MaxDevicesAtOnce))
            {
                added += await RecordAsync(partition, devices, cancellation);
            }
        }

        return added;
    }

    /// <summary>The release's tally: sixteen point reads, however many devices.</summary>
    public async Task<OutcomeTally> TallyAsync(AppId app, BundleVersion version, CancellationToken cancellation)
    {
        var shards = await Task.WhenAll(OutcomeKeys.Shards.Select(shard =>
            ReadAsync(OutcomeKeys.Partition(app, version, shard), OutcomeKeys.Tally, cancellation)));
        return shards.OfType<TableEntity>().Select(OutcomeRows.ReadTally).Aggregate(default(OutcomeTally), (sum, tally) => sum + tally);
    }

    // A device may have reported about the release before it was offered it; such a row lacks the offer.
    private async Task<DeviceOutcome> EnsureOfferedAsync(string partition, string row, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var found = await ReadAsync(partition, row, cancellation);
            var outcome = found is null ? DeviceOutcome.Unknown : OutcomeRows.ReadOutcome(found);
            if (found is null || outcome.Offered || outcome.HasFailed)
            {
                return outcome;
            }

            try
            {
                await _table.UpdateEntityAsync(
                    OutcomeRows.Write(partition, row, outcome with { OfferedAt = time.GetUtcNow() }, found.ETag), found.ETag, TableUpdateMode.Replace, cancellation);
                return outcome;
            }
            catch (RequestFailedException e) when (StorageFault.IsConflict(e) && attempt < MaxAttempts)
            {
                // Another report of the device came in between; what it changed decides.
            }
        }
    }

    private async Task<OutcomeTally> RecordAsync(string partition, IGrouping<DevicePseudonym, Vote>[] devices, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (changes, added) = await ApplyAsync(partition, devices, cancellation);
            if (changes.Count == 0)
            {
                return added;
            }

            try
            {
                await _table.SubmitTransactionAsync(changes, cancellation);
                return added;
            }
            catch (RequestFailedException e) when (StorageFault.IsConflict(e) && attempt < MaxAttempts)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(5, 10 * attempt)), time, cancellation);
            }
        }
    }

    private async Task<(List<TableTransactionAction> Changes, OutcomeTally Added)> ApplyAsync(
        string partition, IGrouping<DevicePseudonym, Vote>[] devices, CancellationToken cancellation)
    {
        var tallyRow = await ReadAsync(partition, OutcomeKeys.Tally, cancellation);
        var rows = await Task.WhenAll(devices.Select(votes => ReadAsync(partition, OutcomeKeys.Device(votes.Key), cancellation)));
        var changes = new List<TableTransactionAction>();
        var added = default(OutcomeTally);
        foreach (var (row, votes) in rows.Zip(devices))
        {
            var before = row is null ? DeviceOutcome.Unknown : OutcomeRows.ReadOutcome(row);
            var after = before;
            foreach (var vote in votes)
            {
                (after, var delta) = after.Apply(vote);
                added += delta;
            }

            if (after != before)
            {
                changes.Add(Put(row, etag => OutcomeRows.Write(partition, OutcomeKeys.Device(votes.Key), after, etag)));
            }
        }

        if (added != default)
        {
            var tally = tallyRow is null ? default : OutcomeRows.ReadTally(tallyRow);
            changes.Add(Put(tallyRow, etag => OutcomeRows.Write(partition, OutcomeKeys.Tally, tally + added, etag)));
        }

        return (changes, added);
    }

    private static TableTransactionAction Put(TableEntity? read, Func<ETag, TableEntity> write) => read is null
        ? new TableTransactionAction(TableTransactionActionType.Add, write(default))
        : new TableTransactionAction(TableTransactionActionType.UpdateReplace, write(read.ETag), read.ETag);

    private async Task<TableEntity?> ReadAsync(string partition, string row, CancellationToken cancellation)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(partition, row, cancellationToken: cancellation);
        return found.HasValue ? found.Value : null;
    }
}
