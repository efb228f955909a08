using System.Collections.Immutable;
using Azure;
using Azure.Data.Tables;
using Serverless.Devices;
using Serverless.Storage;

namespace Serverless.Outcomes;

/// <summary>
/// The rows of one device among those of all releases. They are found partition by partition, by two small reads for each release that was offered to
/// anybody and each rollout's control, however many devices there are.
/// </summary>
internal sealed class DeviceOutcomes(TableServiceClient tables, WrittenOffers offers)
{
    private static readonly string[] NoColumns = [nameof(TableEntity.PartitionKey)];

    private readonly TableClient _table = tables.GetTableClient(Tables.Outcomes);

    /// <returns>The partitions that hold a row of the device.</returns>
    public async Task<ImmutableArray<string>> FindAsync(DeviceIdentity device, CancellationToken cancellation)
    {
        var (behind, end) = OutcomeKeys.App(device.App);
        var found = ImmutableArray.CreateBuilder<string>();
        while (await FindNextAsync(behind, end, cancellation) is { } next)
        {
            var partition = OutcomeKeys.SameIn(next, device.Device);
            var row = await _table.GetEntityIfExistsAsync<TableEntity>(partition, OutcomeKeys.Device(device.Device), NoColumns, cancellation);
            if (row.HasValue)
            {
                found.Add(partition);
            }

            behind = OutcomeKeys.LastBeside(next);
        }

        return found.ToImmutable();
    }

    /// <summary>Idempotent. Tallies stay as they are.</summary>
    public async Task RemoveAsync(DeviceIdentity device, IEnumerable<string> partitions, CancellationToken cancellation)
    {
        foreach (var partition in partitions)
        {
            await _table.DeleteEntityAsync(partition, OutcomeKeys.Device(device.Device), ETag.All, cancellation);
        }

        offers.Forget(device.Device);
    }

    private async Task<string?> FindNextAsync(string behind, string end, CancellationToken cancellation)
    {
        var rows = _table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey gt {behind} and PartitionKey lt {end}"), maxPerPage: 1, NoColumns, cancellation);
        return await rows.Select(row => row.PartitionKey).FirstOrDefaultAsync(cancellation);
    }
}
