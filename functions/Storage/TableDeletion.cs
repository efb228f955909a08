using Azure;
using Azure.Data.Tables;

namespace Serverless.Storage;

/// <summary>Deletes many rows, a transaction for each hundred of a partition.</summary>
internal static class TableDeletion
{
    private const int MaxAtOnce = 100;

    /// <param name="table">Of the rows.</param>
    /// <param name="rows">By their keys; of each partition in any order.</param>
    /// <param name="cancellation">Stops between transactions.</param>
    public static async Task DeleteAllAsync(this TableClient table, IEnumerable<TableEntity> rows, CancellationToken cancellation)
    {
        foreach (var partition in rows.GroupBy(row => row.PartitionKey, StringComparer.Ordinal))
        {
            foreach (var some in partition.Chunk(MaxAtOnce))
            {
                await table.SubmitTransactionAsync(
                    some.Select(row => new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity(row.PartitionKey, row.RowKey) { ETag = ETag.All })), cancellation);
            }
        }
    }
}
