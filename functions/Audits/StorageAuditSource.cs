using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Serverless.Storage;

namespace Serverless.Audits;

/// <summary>The storage account itself. Reads only.</summary>
internal sealed class StorageAuditSource(TableServiceClient tables, BlobServiceClient blobs) : IAuditSource
{
    private readonly TableClient _catalog = tables.GetTableClient(Tables.Catalog);

    public async IAsyncEnumerable<string> ListPartitionsAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var after = ""; await FindPartitionAsync(after, cancellation) is { } partition; after = partition)
        {
            yield return partition;
        }
    }

    public IAsyncEnumerable<TableEntity> ReadRowsAsync(string partition, string prefix, CancellationToken cancellation)
    {
        var after = prefix + char.MaxValue;
        return _catalog.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {prefix} and RowKey lt {after}"), cancellationToken: cancellation)
            .Where(row => row.RowKey.StartsWith(prefix, StringComparison.Ordinal));
    }

    public async IAsyncEnumerable<string> ListBlobsAsync(string container, string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var names = blobs.GetBlobContainerClient(container)
            .GetBlobsAsync(BlobTraits.None, BlobStates.None, prefix, cancellation).GetAsyncEnumerator(cancellation);
        while (await MoveNextAsync())
        {
            yield return names.Current.Name;
        }

        async ValueTask<bool> MoveNextAsync()
        {
            try
            {
                return await names.MoveNextAsync();
            }
            catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
            {
                return false;
            }
        }
    }

    public async Task<Stream?> OpenAsync(string container, string name, CancellationToken cancellation)
    {
        try
        {
            BlobDownloadStreamingResult download = await blobs.GetBlobContainerClient(container).GetBlobClient(name).DownloadStreamingAsync(cancellationToken: cancellation);
            return download.Content;
        }
        catch (RequestFailedException e) when (StorageFault.IsMissing(e))
        {
            return null;
        }
    }

    private async Task<string?> FindPartitionAsync(string after, CancellationToken cancellation) => (await _catalog
        .QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey gt {after}"), maxPerPage: 1, [nameof(TableEntity.PartitionKey)], cancellation)
        .FirstOrDefaultAsync(cancellation))?.PartitionKey;
}
