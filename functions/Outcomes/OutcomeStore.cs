using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Options;
using Serverless.Apps;
using Serverless.Devices;
using Serverless.Releases;
using Serverless.Statistics;
using Serverless.Storage;

namespace Serverless.Outcomes;

/// <summary>
/// The offer ledger and the outcomes: one row a device and release, in sixteen partitions a release. A partition's tally changes in the same
/// transaction as its rows, so a message that is delivered twice counts once.
/// </summary>
internal sealed class OutcomeStore(
    TableServiceClient tables, WrittenOffers offers, Narrowings narrowings, NetworkCap cap, UsageCounts usage, TimeProvider time, IOptions<EvidenceOptions> options)
{
    // One place of a transaction's hundred is the tally's.
    private const int MaxDevicesAtOnce = 90;
    private const int MaxAttempts = 20;

    private readonly TableClient _table = tables.GetTableClient(Tables.Outcomes);

    /// <summary>
    /// Writes down that the device is answered with the release: one write the first time, and nothing for whoever asks again, but for a read a minute of the
    /// device and one every few seconds of all that are beside it.
    /// </summary>
    /// <returns>What is known of the device and the release now.</returns>
    /// <exception cref="TimeoutException">Storage did not answer while a device waits.</exception>
    public ValueTask<DeviceOutcome> OfferAsync(AppId app, BundleVersion version, DevicePseudonym device, CancellationToken cancellation)
    {
        var partition = OutcomeKeys.Partition(new TallyKey(app, version), OutcomeKeys.Shard(device));
        return offers.Find(device, version, narrowings.Find(partition)) is { } known ? new(known) : new(RepeatOrWriteOfferAsync(partition, version, device, cancellation));
    }

    public async Task<DeviceOutcome> FindAsync(AppId app, BundleVersion version, DevicePseudonym device, CancellationToken cancellation)
    {
        var partition = OutcomeKeys.Partition(new TallyKey(app, version), OutcomeKeys.Shard(device));
        return await ReadAsync(partition, OutcomeKeys.Device(device), cancellation) is { } row ? OutcomeRows.ReadOutcome(row) : DeviceOutcome.Unknown;
    }

    /// <summary>Counts votes on a release or for a control. Idempotent.</summary>
    /// <returns>What they added.</returns>
    public async Task<OutcomeTally> RecordAsync(TallyKey key, IEnumerable<Vote> votes, CancellationToken cancellation)
    {
        var added = default(OutcomeTally);
        foreach (var shard in votes.GroupBy(vote => OutcomeKeys.Shard(vote.Device)))
        {
            foreach (var devices in shard.GroupBy(vote => vote.Device).Chunk(MaxDevicesAtOnce))
            {
                added += await RecordAsync(key, shard.Key, devices, cancellation);
            }
        }

        return added;
    }

    /// <summary>The release's tally: sixteen point reads, however many devices.</summary>
    public Task<ReleaseTally> TallyAsync(AppId app, BundleVersion version, CancellationToken cancellation) =>
        TallyAsync(new TallyKey(app, version), cancellation);

    /// <summary>The tally of the devices that a rollout holds back on its stable release, since they were first seen during it.</summary>
    public Task<ReleaseTally> ControlTallyAsync(AppId app, BundleVersion stable, string rolloutId, CancellationToken cancellation) =>
        TallyAsync(new TallyKey(app, stable, rolloutId), cancellation);

    /// <summary>Forgets all devices of a release, and those that were held back on it. The last rows of a partition go last, and with them its tally.</summary>
    /// <param name="app">The app.</param>
    /// <param name="version">A release that nobody is offered any more.</param>
    /// <param name="most">Rows.</param>
    /// <param name="cancellation">Stops between transactions.</param>
    /// <returns>How many rows were forgotten.</returns>
    public async Task<int> ForgetAsync(AppId app, BundleVersion version, int most, CancellationToken cancellation)
    {
        var (first, end) = OutcomeKeys.Partitions(app, version);
        var rows = await _table.QueryAsync<TableEntity>(
                TableClient.CreateQueryFilter($"PartitionKey ge {first} and PartitionKey lt {end}"), select: [nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey)], cancellationToken: cancellation)
            .Take(most).ToListAsync(cancellation);
        await _table.DeleteAllAsync(rows, cancellation);
        return rows.Count;
    }

    private async Task<ReleaseTally> TallyAsync(TallyKey key, CancellationToken cancellation)
    {
        var shards = await Task.WhenAll(OutcomeKeys.Shards.Select(shard => ReadAsync(OutcomeKeys.Partition(key, shard), OutcomeKeys.Tally, cancellation)));
        return shards.OfType<TableEntity>().Select(OutcomeRows.ReadTally).Aggregate(ReleaseTally.Zero, (sum, tally) => sum + tally);
    }

    private Task<DeviceOutcome> RepeatOrWriteOfferAsync(string partition, BundleVersion version, DevicePseudonym device, CancellationToken cancellation) =>
        StorageDeadline.BoundAsync(token => RepeatOrWriteOfferWithinAsync(partition, version, device, token), cancellation);

    private async Task<DeviceOutcome> RepeatOrWriteOfferWithinAsync(string partition, BundleVersion version, DevicePseudonym device, CancellationToken cancellation)
    {
        var isKnown = offers.Knows(device, version);
        var before = isKnown ? await narrowings.GetAsync(partition, cancellation) : narrowings.Find(partition);
        if (offers.Find(device, version, before) is { } known)
        {
            return known;
        }

        // A row that should be there is read first: a write that is refused would be one more operation.
        var row = OutcomeKeys.Device(device);
        var asked = time.GetUtcNow();
        var outcome = isKnown ? await EnsureOfferedAsync(partition, row, cancellation) : null;
        outcome ??= await TryAddOfferAsync(partition, row, cancellation) ?? await EnsureOfferedAsync(partition, row, cancellation) ?? DeviceOutcome.Unknown;
        offers.Remember(device, version, outcome, before, asked);
        return outcome;
    }

    /// <returns>Null when there is a row already.</returns>
    private async Task<DeviceOutcome?> TryAddOfferAsync(string partition, string row, CancellationToken cancellation)
    {
        var offered = DeviceOutcome.Unknown with { OfferedAt = time.GetUtcNow() };
        try
        {
            await _table.AddEntityAsync(OutcomeRows.Write(partition, row, offered, default), cancellation);
            return offered;
        }
        catch (RequestFailedException e) when (StorageFault.IsConflict(e))
        {
            return null;
        }
    }

    /// <summary>A device may have reported about the release before it was offered it; such a row lacks the offer.</summary>
    /// <returns>Null when there is no row.</returns>
    private async Task<DeviceOutcome?> EnsureOfferedAsync(string partition, string row, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await ReadAsync(partition, row, cancellation) is not { } found)
            {
                return null;
            }

            var outcome = OutcomeRows.ReadOutcome(found);
            if (outcome.Offered || outcome.HasFailed)
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

    private async Task<OutcomeTally> RecordAsync(TallyKey key, string shard, IGrouping<DevicePseudonym, Vote>[] devices, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (changes, added, verdicts) = await ApplyAsync(key, OutcomeKeys.Partition(key, shard), devices, cancellation);
            if (changes.Count == 0)
            {
                return added;
            }

            try
            {
                await _table.SubmitTransactionAsync(changes, cancellation);
                foreach (var device in devices)
                {
                    offers.Forget(device.Key);
                }

                foreach (var device in verdicts)
                {
                    usage.Judged(key.App, key.Version, device.Cells.Platform, device.Verdict);
                }

                return added;
            }
            catch (RequestFailedException e) when (StorageFault.IsConflict(e) && attempt < MaxAttempts)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(5, 10 * attempt)), time, cancellation);
            }
        }
    }

    private async Task<(List<TableTransactionAction> Changes, OutcomeTally Added, List<DeviceOutcome> Verdicts)> ApplyAsync(
        TallyKey key, string partition, IGrouping<DevicePseudonym, Vote>[] devices, CancellationToken cancellation)
    {
        var tallyRow = await ReadAsync(partition, OutcomeKeys.Tally, cancellation);
        var rows = await Task.WhenAll(devices.Select(votes => ReadAsync(partition, OutcomeKeys.Device(votes.Key), cancellation)));
        var known = rows.Zip(devices, (row, votes) => (Row: row, Before: Find(key, row, votes), Votes: votes))
            .Where(device => device.Before.Offered || !key.IsControl).ToArray();
        var newcomers = known.Where(device => device.Before is { Offered: true, Exposed: false })
            .SelectMany(device => device.Votes.Where(vote => vote is { Network: not null, Kind: not VoteKind.Recovered }).Take(1));
        var capped = await cap.FindCappedAsync(key, newcomers, cancellation);
        var changes = new List<TableTransactionAction>();
        var verdicts = new List<DeviceOutcome>();
        var before = tallyRow is null ? ReleaseTally.Zero : OutcomeRows.ReadTally(tallyRow);
        var tally = before;
        foreach (var device in known)
        {
            var after = device.Before;
            foreach (var vote in device.Votes)
            {
                (after, var added) = after.Apply(vote with { IsCapped = capped.Contains(vote.Device) }, options.Value);
                tally = added == default ? tally : tally.Add(added, after.Cells, vote.Code);
            }

            if (after.Terms != device.Before.Terms)
            {
                tally = tally with { Narrowings = tally.Narrowings + 1 };
            }

            if (after != device.Before)
            {
                changes.Add(Put(device.Row, etag => OutcomeRows.Write(partition, OutcomeKeys.Device(device.Votes.Key), after, etag)));
            }

            // A control's verdicts were counted when the release had them.
            if (after.Verdict != device.Before.Verdict && !key.IsControl)
            {
                verdicts.Add(after);
            }
        }

        if (tally != before)
        {
            changes.Add(Put(tallyRow, etag => OutcomeRows.Write(partition, OutcomeKeys.Tally, tally, etag)));
        }

        return (changes, tally.Total - before.Total, verdicts);
    }

    // Nobody is offered what it is held back on: a device joins a control when it is first seen running the stable release.
    private static DeviceOutcome Find(TallyKey key, TableEntity? row, IEnumerable<Vote> votes) => row switch
    {
        not null => OutcomeRows.ReadOutcome(row),
        null when key.IsControl && votes.Any(vote => vote.Kind is VoteKind.Ran) =>
            DeviceOutcome.Unknown with { OfferedAt = votes.First(vote => vote.Kind is VoteKind.Ran).At },
        null => DeviceOutcome.Unknown,
    };

    private static TableTransactionAction Put(TableEntity? read, Func<ETag, TableEntity> write) => read is null
        ? new TableTransactionAction(TableTransactionActionType.Add, write(default))
        : new TableTransactionAction(TableTransactionActionType.UpdateReplace, write(read.ETag), read.ETag);

    private async Task<TableEntity?> ReadAsync(string partition, string row, CancellationToken cancellation)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(partition, row, cancellationToken: cancellation);
        return found.HasValue ? found.Value : null;
    }
}
