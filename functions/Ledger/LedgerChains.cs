using Azure.Data.Tables;
using Serverless.Releases;
using Serverless.Storage;

namespace Serverless.Ledger;

/// <summary>The chains as they are stored: one of each app, and that of acts which belong to none.</summary>
internal sealed class LedgerChains(TableServiceClient tables)
{
    private readonly TableClient _table = tables.GetTableClient(Tables.Catalog);

    /// <summary>Every chain with its length. Reads one row a chain: the app's row is the first of its partition, and the next partition is looked up.</summary>
    public async IAsyncEnumerable<LedgerHead> ListAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var after = ""; await FirstAfterAsync(after, cancellation) is { } row; after = row.PartitionKey)
        {
            if (row.RowKey == CatalogKeys.App)
            {
                var state = CatalogRows.ReadState(row);
                yield return new LedgerHead(row.PartitionKey, state.LedgerCount, state.LedgerHead);
            }
        }
    }

    /// <summary>The rows behind the first <paramref name="after"/>, in their order.</summary>
    public IAsyncEnumerable<LedgerRow> ReadAsync(string chain, long after, CancellationToken cancellation)
    {
        var (from, end) = (CatalogKeys.Ledger(after), CatalogKeys.LedgerPrefix[..^1] + ';');
        return _table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {chain} and RowKey gt {from} and RowKey lt {end}"), cancellationToken: cancellation)
            .Select(CatalogRows.ReadLedger);
    }

    /// <summary>The same, up to and including row <paramref name="through"/>.</summary>
    public IAsyncEnumerable<LedgerRow> ReadAsync(string chain, long after, long through, CancellationToken cancellation)
    {
        var (from, end) = (CatalogKeys.Ledger(after), CatalogKeys.Ledger(through));
        return _table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {chain} and RowKey gt {from} and RowKey le {end}"), cancellationToken: cancellation)
            .Select(CatalogRows.ReadLedger);
    }

    private async Task<TableEntity?> FirstAfterAsync(string partition, CancellationToken cancellation) => await _table
        .QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey gt {partition}"), maxPerPage: 1, cancellationToken: cancellation)
        .FirstOrDefaultAsync(cancellation);
}

/// <summary>Where a chain ends.</summary>
/// <param name="Chain">The app, or <see cref="CatalogKeys.SystemPartition"/>.</param>
/// <param name="Count">Rows so far.</param>
/// <param name="Hash">Of the last one.</param>
internal sealed record LedgerHead(string Chain, long Count, string Hash);
