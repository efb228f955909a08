using Azure;
using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Statistics;

/// <summary>Rows that stand in the order of their periods.</summary>
internal static class PeriodRows
{
    private static readonly string[] KeysAlone = [nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey)];

    /// <summary>Reads the rows of some periods.</summary>
    /// <param name="table">The table.</param>
    /// <param name="partition">The app's partition of a step.</param>
    /// <param name="from">The first period.</param>
    /// <param name="to">The first one that is left out.</param>
    /// <param name="select">Names of the properties that are wanted; null for all.</param>
    /// <param name="cancellation">Gives up.</param>
    public static AsyncPageable<TableEntity> ReadAsync(
        TableClient table, string partition, DateTimeOffset from, DateTimeOffset to, IEnumerable<string>? select, CancellationToken cancellation)
    {
        var (first, end) = (PeriodKeys.Period(from), PeriodKeys.Period(to));
        return table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {first} and RowKey lt {end}"), select: select, cancellationToken: cancellation);
    }

    /// <summary>The periods that have rows, in their order.</summary>
    public static IAsyncEnumerable<DateTimeOffset> ListAsync(TableClient table, string partition, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation) =>
        ReadAsync(table, partition, from, to, KeysAlone, cancellation).Select(row => PeriodKeys.At(row.RowKey));

    /// <summary>Deletes the oldest rows before a period.</summary>
    /// <param name="table">The table.</param>
    /// <param name="partition">The app's partition of a step.</param>
    /// <param name="before">The first period that stays.</param>
    /// <param name="most">How many rows; the others are left to the next call.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task DeleteAsync(TableClient table, string partition, DateTimeOffset before, int most, CancellationToken cancellation) =>
        await table.DeleteAllAsync(await ReadAsync(table, partition, DateTimeOffset.MinValue, before, KeysAlone, cancellation).Take(most).ToListAsync(cancellation), cancellation);
}
