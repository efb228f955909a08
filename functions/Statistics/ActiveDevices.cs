using Azure;
using Azure.Data.Tables;
using Serverless.Apps;
using Serverless.Storage;

namespace Serverless.Statistics;

/// <summary>How many different devices checked in, hour by hour and day by day: what every instance counted, merged. No row says which devices.</summary>
internal sealed class ActiveDevices(TableServiceClient tables, TimeProvider time)
{
    private const int MaxAttempts = 20;
    private const string Registers = "Registers";
    private const string Devices = "Devices";

    private static readonly string[] Estimates = [nameof(TableEntity.RowKey), Devices];

    private readonly TableClient _table = tables.GetTableClient(Tables.ActiveDevices);

    /// <summary>Adds what an instance counted. May be repeated: a device counts once.</summary>
    public async Task MergeAsync(AppId app, TimeStep step, DateTimeOffset at, IReadOnlyDictionary<DeviceGroup, DistinctCount> counted, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var changes = await ChangesAsync(app, step, at, counted, cancellation);
            try
            {
                if (changes.Count > 0)
                {
                    await _table.SubmitTransactionAsync(changes, cancellation);
                }

                return;
            }
            catch (RequestFailedException e) when (StorageFault.IsConflict(e) && attempt < MaxAttempts)
            {
                // Another instance merged its own counts in between; both count.
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(5, 10 * attempt)), time, cancellation);
            }
        }
    }

    /// <summary>How many devices of which group there were in each period.</summary>
    public async Task<IReadOnlyDictionary<(DateTimeOffset At, DeviceGroup Group), long>> ReadAsync(
        AppId app, TimeStep step, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation) =>
        await PeriodRows.ReadAsync(_table, PeriodKeys.Partition(app, step), from, to, Estimates, cancellation).ToDictionaryAsync(
            row => (PeriodKeys.At(row.RowKey), PeriodKeys.Group(row.RowKey)), row => row.GetInt64(Devices)!.Value, cancellationToken: cancellation);

    /// <summary>Deletes what is old.</summary>
    public Task ForgetAsync(AppId app, TimeStep step, DateTimeOffset before, int most, CancellationToken cancellation) =>
        PeriodRows.DeleteAsync(_table, PeriodKeys.Partition(app, step), before, most, cancellation);

    private async Task<List<TableTransactionAction>> ChangesAsync(
        AppId app, TimeStep step, DateTimeOffset at, IReadOnlyDictionary<DeviceGroup, DistinctCount> counted, CancellationToken cancellation)
    {
        var partition = PeriodKeys.Partition(app, step);
        var rows = await PeriodRows.ReadAsync(_table, partition, at, at + step.Length(), select: null, cancellation)
            .ToDictionaryAsync(row => PeriodKeys.Group(row.RowKey), cancellationToken: cancellation);
        var changes = new List<TableTransactionAction>();
        foreach (var (group, count) in Bounded(counted, rows.Keys))
        {
            var row = rows.GetValueOrDefault(group);
            var known = row is null ? DistinctCount.Zero : DistinctCount.From(Packed.Read(row.GetBinary(Registers)));
            var merged = known.Merge(count);
            if (row is null || merged != known)
            {
                var entity = new TableEntity(partition, PeriodKeys.Row(at, group)) { [Registers] = Packed.Write(merged.Registers.AsSpan()), [Devices] = merged.Estimate() };
                changes.Add(row is null
                    ? new TableTransactionAction(TableTransactionActionType.Add, entity)
                    : new TableTransactionAction(TableTransactionActionType.UpdateReplace, entity, row.ETag));
            }
        }

        return changes;
    }

    /// <summary>The counts by the groups that there is room for: versions beyond it are one.</summary>
    private static Dictionary<DeviceGroup, DistinctCount> Bounded(IReadOnlyDictionary<DeviceGroup, DistinctCount> counted, IEnumerable<DeviceGroup> stored)
    {
        var named = stored.Where(IsNamed).ToHashSet();
        var bounded = new Dictionary<DeviceGroup, DistinctCount>();
        foreach (var (group, count) in counted)
        {
            var hasRoom = !IsNamed(group) || named.Contains(group) || (named.Count < UsageFrame.MaxVersions && named.Add(group));
            var placed = hasRoom ? group : DeviceGroup.OfVersion(SeriesKey.Other);
            bounded[placed] = bounded.GetValueOrDefault(placed, DistinctCount.Zero).Merge(count);
        }

        return bounded;
    }

    private static bool IsNamed(DeviceGroup group) => group is { Kind: Grouping.Version, Name: not (SeriesKey.Builtin or SeriesKey.Other) };
}
