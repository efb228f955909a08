using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Storage;

/// <summary>Makes the storage clients from <c>AzureWebJobsStorage</c>. Every call has a deadline and a bounded number of tries.</summary>
internal static class StorageClients
{
    private const int MaxRetries = 4;
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30);

    public static IServiceCollection AddStorageClients(this IServiceCollection services) => services
        .AddSingleton(provider => Create(provider, Blobs, Blobs))
        .AddSingleton(NewQueues)
        .AddSingleton(provider => Create(provider, NewTables, NewTables));

    private static T Create<T>(IServiceProvider provider, Func<string, T> fromConnectionString, Func<StorageOptions, TokenCredential, T> fromIdentity)
    {
        var configuration = provider.GetRequiredService<IConfiguration>();
        if (configuration[StorageOptions.Section] is { Length: > 0 } connectionString)
        {
            return Parse(connectionString, fromConnectionString);
        }

        var options = configuration.GetSection(StorageOptions.Section).Get<StorageOptions>() ?? new StorageOptions();
        var identity = string.IsNullOrEmpty(options.ClientId) ? ManagedIdentityId.SystemAssigned : ManagedIdentityId.FromUserAssignedClientId(options.ClientId);
        return fromIdentity(options, new ManagedIdentityCredential(identity));
    }

    // Each client complains in its own words and types, and some quote the key.
    private static T Parse<T>(string connectionString, Func<string, T> parse)
    {
        try
        {
            return parse(connectionString);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException)
        {
            throw new StorageSettingException($"{StorageOptions.Section} is not a storage connection string.", e);
        }
    }

    private static BlobServiceClient Blobs(string connection) => new(connection, Bounded(new BlobClientOptions()));

    private static BlobServiceClient Blobs(StorageOptions options, TokenCredential identity) =>
        new(Required(options.BlobServiceUri, "blobServiceUri"), identity, Bounded(new BlobClientOptions()));

    private static QueueServiceClient NewQueues(IServiceProvider provider)
    {
        // Plain text on both sides, as host.json says; a host that listens itself brings options of its own.
        var options = Bounded(provider.GetService<QueueClientOptions>() ?? new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None });
        return Create(
            provider,
            connection => new QueueServiceClient(connection, options),
            (storage, identity) => new QueueServiceClient(Required(storage.QueueServiceUri, "queueServiceUri"), identity, options));
    }

    private static TableServiceClient NewTables(string connection) => new(connection, Bounded(new TableClientOptions()));

    private static TableServiceClient NewTables(StorageOptions options, TokenCredential identity) =>
        new(Required(options.TableServiceUri, "tableServiceUri"), identity, Bounded(new TableClientOptions()));

    private static Uri Required(Uri? address, string name) =>
        address ?? throw new StorageSettingException($"Set AzureWebJobsStorage to a connection string, or AzureWebJobsStorage__{name} to the service's address.");

    private static T Bounded<T>(T options)
        where T : ClientOptions
    {
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.MaxRetries = MaxRetries;
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(5);
        options.Retry.NetworkTimeout = CallTimeout;
        return options;
    }
}
