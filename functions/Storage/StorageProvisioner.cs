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
internal sealed class StorageProvisioner : IHostedLifecycleService
{
    private readonly Func<CancellationToken, Task> _makeTables;
    private readonly Func<CancellationToken, Task> _makeOthers;

    public StorageProvisioner(BlobServiceClient blobs, QueueServiceClient queues, TableServiceClient tables) => (_makeTables, _makeOthers) = (
        cancellation => MakeTablesAsync(tables, cancellation),
        cancellation => Task.WhenAll(MakeContainersAsync(blobs, cancellation), MakeQueuesAsync(queues, cancellation)));

    // Of what is under way already.
    private StorageProvisioner(Task tables, Task others) => (_makeTables, _makeOthers) = (tables.WaitAsync, others.WaitAsync);

    /// <summary>Begins while the host is still put together, which takes about as long; a fault is the host's when it starts.</summary>
    public static StorageProvisioner Begin(IConfiguration configuration)
    {
        // Read here: whoever puts the host together goes on writing to its configuration.
        var read = new ConfigurationBuilder().AddInMemoryCollection(configuration.GetSection(StorageOptions.Section).AsEnumerable()).Build();
        return new StorageProvisioner(
            Task.Run(() => MakeTablesAsync(StorageClients.Tables(read), CancellationToken.None)),
            Task.Run(() => Task.WhenAll(MakeContainersAsync(StorageClients.Blobs(read), CancellationToken.None), MakeQueuesAsync(StorageClients.Queues(read), CancellationToken.None))));
    }

    /// <summary>What checks are answered from. Devices need not wait for the rest, which is there before work is taken from it.</summary>
    public Task StartingAsync(CancellationToken cancellationToken) => _makeTables(cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => _makeOthers(cancellationToken);

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static Task MakeTablesAsync(TableServiceClient tables, CancellationToken cancellation) => MakeAsync(
        Tables.All,
        tables.QueryAsync(cancellationToken: cancellation).Select(table => table.Name),
        name => tables.GetTableClient(name).CreateIfNotExistsAsync(cancellation),
        cancellation);

    private static Task MakeContainersAsync(BlobServiceClient blobs, CancellationToken cancellation) => MakeAsync(
        Containers.All,
        blobs.GetBlobContainersAsync(cancellationToken: cancellation).Select(container => container.Name),
        name => blobs.GetBlobContainerClient(name).CreateIfNotExistsAsync(cancellationToken: cancellation),
        cancellation);

    private static Task MakeQueuesAsync(QueueServiceClient queues, CancellationToken cancellation) => MakeAsync(
        Queues.All,
        queues.GetQueuesAsync(cancellationToken: cancellation).Select(queue => queue.Name),
        name => queues.GetQueueClient(name).CreateIfNotExistsAsync(cancellationToken: cancellation),
        cancellation);

    private static async Task MakeAsync(string[] names, IAsyncEnumerable<string> existing, Func<string, Task> create, CancellationToken cancellation)
    {
        var known = await existing.ToHashSetAsync(cancellationToken: cancellation);
        await Task.WhenAll(names.Where(name => !known.Contains(name)).Select(create));
    }
}
