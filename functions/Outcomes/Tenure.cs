using Azure.Data.Tables;
using Serverless.Devices;
using Serverless.Storage;
using Serverless.Updates;

namespace Serverless.Outcomes;

/// <summary>Whether a device was with the app before the release that it votes on: it was offered another release some time ago.</summary>
internal sealed class Tenure(TableServiceClient tables, AppSnapshots snapshots)
{
    // Older releases are on hardly any device; each one costs a read a new voter.
    private const int HistoryLookedAt = 3;
    private const int MaxLookedAt = 16;

    private static readonly TimeSpan Least = TimeSpan.FromHours(1);

    private readonly TableClient _table = tables.GetTableClient(Tables.Outcomes);

    /// <summary>
    /// Among the releases that channels lead to now or led to lately, those of the channels that lead to this one first, and not more than a few: an app may
    /// have a thousand channels. For a control, the stable release itself is such a one.
    /// </summary>
    public async Task<bool> HasAsync(TallyKey key, DevicePseudonym device, DateTimeOffset at, CancellationToken cancellation)
    {
        var snapshot = await snapshots.GetAsync(key.App);
        var others = snapshot.Channels.Values
            .OrderBy(channel => channel.Target == key.Version || channel.Rollout?.Candidate == key.Version ? 0 : channel.Id)
            .SelectMany(channel => channel.History.Take(HistoryLookedAt).Append(channel.Target ?? default).Append(channel.Rollout?.Candidate ?? default))
            .Where(version => version != default && (key.IsControl || version != key.Version))
            .Distinct()
            .Take(MaxLookedAt);
        var offers = await Task.WhenAll(others.Select(version => FindOfferAsync(key with { Version = version, Control = null }, device, cancellation)));
        return offers.Any(offeredAt => at - offeredAt >= Least);
    }

    private async Task<DateTimeOffset?> FindOfferAsync(TallyKey other, DevicePseudonym device, CancellationToken cancellation)
    {
        var row = await _table.GetEntityIfExistsAsync<TableEntity>(
            OutcomeKeys.Partition(other, OutcomeKeys.Shard(device)), OutcomeKeys.Device(device), [nameof(DeviceOutcome.OfferedAt)], cancellation);
        return row.HasValue ? row.Value!.GetDateTimeOffset(nameof(DeviceOutcome.OfferedAt)) : null;
    }
}
