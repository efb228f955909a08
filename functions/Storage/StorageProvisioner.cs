using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Serverless.Storage;

/// <summary>
/// Makes the containers, queues and tables before anything uses them. In Azure the deployment has made them. What is there is listed first: a start on
/// storage that has everything takes three calls, where trying to create all of it took over thirty.
/// </summary>
internal sealed class StorageProvisioner(BlobServiceClient blobs, QueueServiceClient queues, TableServiceClient tables) : IHostedLifecycleService
{
    private Task? _making;

    /// <summary>Begins while the host is still put together, which takes about as long; a fault is the host's when it starts.</summary>
    public static StorageProvisioner Begin(IConfiguration configuration)
    {
        // Read here: whoever puts the host together goes on writing to its configuration.
        var begun = new StorageProvisioner(StorageClients.Blobs(configuration), StorageClients.Queues(configuration), StorageClients.Tables(configuration));
        begun._making = Task.Run(() => begun.MakeAsync(CancellationToken.None));
        return begun;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => _making?.WaitAsync(cancellationToken) ?? MakeAsync(cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private Task MakeAsync(CancellationToken cancellation) => Task.WhenAll(
        MakeAsync(
            Containers.All,
            blobs.GetBlobContainersAsync(cancellationToken: cancellation).Select(container => container.Name),
            name => blobs.GetBlobContainerClient(name).CreateIfNotExistsAsync(cancellationToken: cancellation),
            cancellation),
        MakeAsync(
            Queues.All,
            queues.GetQueuesAsync(cancellationToken: cancellation).Select(queue => queue.Name),
            name => queues.GetQueueClient(name).CreateIfNotExistsAsync(cancellationToken: cancellation),
            cancellation),
        MakeAsync(
            Tables.All,
            tables.QueryAsync(cancellationToken: cancellation).Select(table => table.Name),
            name => tables.GetTableClient(name).CreateIfNotExistsAsync(cancellation),
            cancellation));

    private static async Task MakeAsync(string[] names, IAsyncEnumerable<string> existing, Func<string, Task> create, CancellationToken cancellation)
    {
        var known = await existing.ToHashSetAsync(cancellationToken: cancellation);
        await Task.WhenAll(names.Where(name => !known.Contains(name)).Select(create));
    }
}
