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
        .AddSingleton(provider => Blobs(provider.GetRequiredService<IConfiguration>()))
        // A host that listens itself brings options of its own.
        .AddSingleton(provider => Queues(provider.GetRequiredService<IConfiguration>(), provider.GetService<QueueClientOptions>()))
        .AddSingleton(provider => Tables(provider.GetRequiredService<IConfiguration>()));

    /// <exception cref="StorageSettingException">No storage is configured, or not in a way that can be read.</exception>
    public static BlobServiceClient Blobs(IConfiguration configuration) => Create(
        configuration,
        connection => new BlobServiceClient(connection, Bounded(new BlobClientOptions())),
        (options, identity) => new BlobServiceClient(Required(options.BlobServiceUri, "blobServiceUri"), identity, Bounded(new BlobClientOptions())));

    /// <param name="configuration">Names the storage.</param>
    /// <param name="options">Null for plain text on both sides, as host.json says.</param>
    /// <exception cref="StorageSettingException">No storage is configured, or not in a way that can be read.</exception>
    public static QueueServiceClient Queues(IConfiguration configuration, QueueClientOptions? options = null)
    {
        var bounded = Bounded(options ?? new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None });
        return Create(
            configuration,
            connection => new QueueServiceClient(connection, bounded),
            (storage, identity) => new QueueServiceClient(Required(storage.QueueServiceUri, "queueServiceUri"), identity, bounded));
    }

    /// <exception cref="StorageSettingException">No storage is configured, or not in a way that can be read.</exception>
    public static TableServiceClient Tables(IConfiguration configuration) => Create(
        configuration,
        connection => new TableServiceClient(connection, Bounded(new TableClientOptions())),
        (options, identity) => new TableServiceClient(Required(options.TableServiceUri, "tableServiceUri"), identity, Bounded(new TableClientOptions())));

    private static T Create<T>(IConfiguration configuration, Func<string, T> fromConnectionString, Func<StorageOptions, TokenCredential, T> fromIdentity)
    {
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
