using System.Collections.Immutable;
using System.Globalization;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues;

namespace Serverless.Tests.Support;

/// <summary>
/// All that a storage account holds at one instant, told apart by version: <c>blob uploads/a.zip</c> and <c>row Catalog/app/channel:beta</c>
/// by ETag, <c>queue failure-reports</c> by its number of messages. Two pictures show what an act touched.
/// </summary>
public sealed record StoragePicture(ImmutableSortedDictionary<string, string> Items)
{
    public static async Task<StoragePicture> TakeAsync(string connectionString, CancellationToken cancellationToken = default)
    {
        var items = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        await AddBlobsAsync(new BlobServiceClient(connectionString), items, cancellationToken);
        await AddRowsAsync(new TableServiceClient(connectionString), items, cancellationToken);
        await AddQueuesAsync(new QueueServiceClient(connectionString), items, cancellationToken);
        return new StoragePicture(items.ToImmutable());
    }

    /// <summary>What differs from an earlier picture, in order: <c>+ blob …</c> is new, <c>~</c> was changed, <c>-</c> is gone.</summary>
    public IReadOnlyList<string> Since(StoragePicture earlier) =>
    [
        .. Items.Keys.Union(earlier.Items.Keys).Order(StringComparer.Ordinal).Select(key => (
            Key: key, Now: Items.GetValueOrDefault(key), Then: earlier.Items.GetValueOrDefault(key)))
            .Where(item => item.Now != item.Then)
            .Select(item => $"{(item.Then is null ? '+' : item.Now is null ? '-' : '~')} {item.Key}"),
    ];

    private static async Task AddBlobsAsync(
        BlobServiceClient blobs, ImmutableSortedDictionary<string, string>.Builder items, CancellationToken cancellationToken)
    {
        await foreach (var container in blobs.GetBlobContainersAsync(cancellationToken: cancellationToken))
        {
            await foreach (var blob in blobs.GetBlobContainerClient(container.Name).GetBlobsAsync(new GetBlobsOptions(), cancellationToken))
            {
                items[$"blob {container.Name}/{blob.Name}"] = $"{blob.Properties.ETag}";
            }
        }
    }

    private static async Task AddRowsAsync(
        TableServiceClient tables, ImmutableSortedDictionary<string, string>.Builder items, CancellationToken cancellationToken)
    {
        await foreach (var table in tables.QueryAsync(cancellationToken: cancellationToken))
        {
            await foreach (var row in tables.GetTableClient(table.Name).QueryAsync<TableEntity>(cancellationToken: cancellationToken))
            {
                items[$"row {table.Name}/{row.PartitionKey}/{row.RowKey}"] = $"{row.ETag}";
            }
        }
    }

    private static async Task AddQueuesAsync(
        QueueServiceClient queues, ImmutableSortedDictionary<string, string>.Builder items, CancellationToken cancellationToken)
    {
        await foreach (var queue in queues.GetQueuesAsync(cancellationToken: cancellationToken))
        {
            var properties = await queues.GetQueueClient(queue.Name).GetPropertiesAsync(cancellationToken);
            items[$"queue {queue.Name}"] = properties.Value.ApproximateMessagesCount.ToString(CultureInfo.InvariantCulture);
        }
    }
}
