using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Hosting;

namespace Serverless.Storage;

/// <summary>
/// Makes the containers, queues and tables before anything uses them. In Azure the deployment has made them. What is there is listed first: a start on
/// storage that has everything takes three calls, where trying to create all of it took over thirty.
/// </summary>
internal sealed class StorageProvisioner(BlobServiceClient blobs, QueueServiceClient queues, TableServiceClient tables) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.WhenAll(
        MakeAsync(
            Containers.All,
            blobs.GetBlobContainersAsync(cancellationToken: cancellationToken).Select(container => container.Name),
            name => blobs.GetBlobContainerClient(name).CreateIfNotExistsAsync(cancellationToken: cancellationToken),
            cancellationToken),
        MakeAsync(
            Queues.All,
            queues.GetQueuesAsync(cancellationToken: cancellationToken).Select(queue => queue.Name),
            name => queues.GetQueueClient(name).CreateIfNotExistsAsync(cancellationToken: cancellationToken),
            cancellationToken),
        MakeAsync(
            Tables.All,
            tables.QueryAsync(cancellationToken: cancellationToken).Select(table => table.Name),
            name => tables.GetTableClient(name).CreateIfNotExistsAsync(cancellationToken),
            cancellationToken));

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static async Task MakeAsync(string[] names, IAsyncEnumerable<string> existing, Func<string, Task> create, CancellationToken cancellation)
    {
        var known = await existing.ToHashSetAsync(cancellationToken: cancellation);
        await Task.WhenAll(names.Where(name => !known.Contains(name)).Select(create));
    }
}
