using System.Collections.Immutable;
using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Serverless.Apps;
using Serverless.Statistics;
using Serverless.Storage;

namespace Serverless.Keys;

/// <summary>How many devices carried which key, day by day: what every instance counted, merged. No row says which devices.</summary>
internal sealed class KeyDevices(TableServiceClient tables, TimeProvider time)
{
    /// <summary>How far back devices count, today included.</summary>
    public const int Days = 30;

    private const int MaxAttempts = 20;
    private const string Day = "Day";
    private const string Registers = "Registers";

    private readonly TableClient _table = tables.GetTableClient(Tables.KeyDevices);

    /// <summary>Adds what an instance counted. May be repeated: a device counts once.</summary>
    public async Task MergeAsync(KeyDay counted, CancellationToken cancellation)
    {
        var (partition, row) = (KeyDeviceKeys.Partition(counted.App), KeyDeviceKeys.Row(counted.Day, counted.Carried));
        for (var attempt = 1; ; attempt++)
        {
            var found = await _table.GetEntityIfExistsAsync<TableEntity>(partition, row, cancellationToken: cancellation);
            var known = found.HasValue ? found.Value! : null;
            if (known is not null && DayOf(known) > counted.Day)
            {
                return;
            }

            var devices = known is not null && DayOf(known) == counted.Day ? CountOf(known).Merge(counted.Devices) : counted.Devices;
            var entity = new TableEntity(partition, row)
            {
                [Day] = counted.Day.ToString("O", CultureInfo.InvariantCulture),
                [Registers] = devices.Registers.ToArray(),
            };
            try
            {
                await (known is null
                    ? _table.AddEntityAsync(entity, cancellation)
                    : _table.UpdateEntityAsync(entity, known.ETag, TableUpdateMode.Replace, cancellation));
                return;
            }
            catch (RequestFailedException e) when (StorageFault.IsConflict(e) && attempt < MaxAttempts)
            {
                // Another instance merged its own count in between; both count.
            }
        }
    }

    /// <summary>What the app's devices carried in the last <see cref="Days"/> days.</summary>
    public async Task<KeyUsage> ReadAsync(AppId app, CancellationToken cancellation)
    {
        var since = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(1 - Days);
        var counts = ImmutableDictionary.CreateBuilder<string, DistinctCount>();
        var partition = KeyDeviceKeys.Partition(app);
        await foreach (var row in _table.QueryAsync<TableEntity>(entity => entity.PartitionKey == partition, cancellationToken: cancellation))
        {
            if (DayOf(row) >= since)
            {
                var carried = KeyDeviceKeys.Carried(row.RowKey);
                counts[carried] = counts.GetValueOrDefault(carried, DistinctCount.Zero).Merge(CountOf(row));
            }
        }

        return new KeyUsage(counts.ToImmutable());
    }

    private static DateOnly DayOf(TableEntity row) => DateOnly.ParseExact(row.GetString(Day), "O", CultureInfo.InvariantCulture);

    private static DistinctCount CountOf(TableEntity row) => DistinctCount.From(row.GetBinary(Registers));
}
