using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serverless.Devices.Authentication;
using Serverless.Health;
using Serverless.Hosts.Standalone.Blobs;
using Serverless.Hosts.Standalone.Discovery;
using Serverless.Hosts.Standalone.Http;
using Serverless.Hosts.Standalone.Listeners;
using Serverless.Hosts.Standalone.Queues;
using Serverless.Hosts.Standalone.Timers;
using Serverless.Updates;

namespace Serverless.Hosts.Standalone;

/// <summary>
/// Composes the standalone host. The application registers <see cref="BlobServiceClient"/>, and <see cref="QueueServiceClient"/> made with
/// the <see cref="QueueClientOptions"/> registered here, which carry the encoding of host.json and wake a listener at once for a message
/// this process sends.
/// </summary>
internal static class StandaloneHosting
{
    private const string HostContainer = "serverless-host";

    /// <summary>What running functions get to end in after SIGTERM or Ctrl-C.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Adds the functions of the given classes.</summary>
    /// <exception cref="StartupException">A function cannot be served.</exception>
    public static WebApplicationBuilder AddStandaloneHost(this WebApplicationBuilder builder, IEnumerable<Type> functionClasses) =>
        builder.AddStandaloneHost(FunctionCatalog.Discover(functionClasses));

    public static WebApplicationBuilder AddStandaloneHost(this WebApplicationBuilder builder, FunctionCatalog catalog)
    {
        var services = builder.Services;
        services.AddHostJsonOptions(builder.Configuration);
        services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<QueueArrivals>();
        services.AddSingleton(provider => StandaloneQueueClientOptions.Create(
            provider.GetRequiredService<IOptions<QueuesOptions>>().Value.MessageEncoding,
            provider.GetRequiredService<QueueArrivals>()));
        services.AddSingleton(catalog);
        services.AddSingleton<IClientCertificates, ConnectionCertificates>();
        services.AddSingleton<IConfigureOptions<HttpsConnectionAdapterOptions>, ConnectionCertificates.Handshake>();
        services.AddSingleton(provider => new ListenerService(
            provider.GetServices<IListener>(),
            devicesFirst: () => provider.GetService<SnapshotWarmup>()?.Done ?? Task.CompletedTask,
            provider.GetRequiredService<ILogger<ListenerService>>()));
        services.AddHostedService(provider => provider.GetRequiredService<ListenerService>());
        services.AddSingleton<IReadinessCheck, ListenerReadiness>();
        foreach (var function in catalog.Functions)
        {
            services.TryAddSingleton(function.Class);
            services.AddListeners(function);
        }

        return builder;
    }

    /// <summary>Maps the HTTP functions under the route prefix of host.json.</summary>
    public static WebApplication MapHttpFunctions(this WebApplication app)
    {
        HttpFunctionEndpoints.Map(app);
        return app;
    }

    private static void AddHostJsonOptions(this IServiceCollection services, IConfiguration application)
    {
        var hostJson = HostJson.Load(application);
        services.AddOptions<HttpOptions>().Bind(hostJson.GetSection(HttpOptions.Section));
        services.AddOptions<QueuesOptions>().Bind(hostJson.GetSection(QueuesOptions.Section)).ValidateOnStart();
        services.AddOptions<BlobsOptions>().Bind(hostJson.GetSection(BlobsOptions.Section)).ValidateOnStart();
        services.AddOptions<BlobScanOptions>().BindConfiguration(BlobScanOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<QueuesOptions>, QueuesOptionsValidator>();
        services.AddSingleton<IValidateOptions<BlobsOptions>, BlobsOptionsValidator>();
        services.AddSingleton<IValidateOptions<BlobScanOptions>, BlobScanOptionsValidator>();
    }

    private static void AddListeners(this IServiceCollection services, FunctionDefinition definition)
    {
        switch (definition)
        {
            case QueueFunction function:
                services.AddSingleton<IListener>(provider => ListenTo(function, provider));
                break;
            case BlobFunction function:
                services.AddSingleton<IListener>(provider => ListenTo(function, provider));
                services.AddSingleton<IListener>(provider => Scan(function, provider));
                break;
            case TimerFunction function:
                services.AddSingleton<IListener>(provider => Schedule(function, provider));
                break;
        }
    }

    private static QueueListener ListenTo(QueueFunction function, IServiceProvider provider)
    {
        var queue = provider.GetRequiredService<QueueServiceClient>().GetQueueClient(function.Queue);
        return new QueueListener(
            function.Name,
            queue,
            PoisonQueue.For(queue),
            new QueueFunctionHandler(function, provider.GetRequiredService(function.Class)),
            QueueListenerSettings.For(Options<QueuesOptions>(provider)),
            provider.GetRequiredService<QueueArrivals>(),
            provider.GetRequiredService<ILogger<QueueListener>>());
    }

    private static QueueListener ListenTo(BlobFunction function, IServiceProvider provider)
    {
        var blobs = provider.GetRequiredService<BlobServiceClient>();
        return new QueueListener(
            function.Name,
            NoticesOf(function, provider),
            new PoisonQueue(provider.GetRequiredService<QueueServiceClient>().GetQueueClient("webjobs-blobtrigger-poison")),
            new BlobFunctionHandler(function, provider.GetRequiredService(function.Class), blobs, ReceiptsOf(function, blobs)),
            QueueListenerSettings.For(Options<QueuesOptions>(provider), Options<BlobsOptions>(provider)),
            provider.GetRequiredService<QueueArrivals>(),
            provider.GetRequiredService<ILogger<QueueListener>>());
    }

    private static BlobScanner Scan(BlobFunction function, IServiceProvider provider)
    {
        var blobs = provider.GetRequiredService<BlobServiceClient>();
        return new BlobScanner(
            function,
            blobs.GetBlobContainerClient(function.Path.Container),
            ReceiptsOf(function, blobs),
            NoticesOf(function, provider),
            Options<BlobScanOptions>(provider),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<BlobScanner>>());
    }

    private static TimerListener Schedule(TimerFunction function, IServiceProvider provider) => new(
        function,
        provider.GetRequiredService(function.Class),
        new TimerStore(provider.GetRequiredService<BlobServiceClient>().GetBlobContainerClient(HostContainer), function.Name),
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<ILogger<TimerListener>>());

    private static BlobReceipts ReceiptsOf(BlobFunction function, BlobServiceClient blobs) =>
        new(blobs.GetBlobContainerClient(HostContainer), function.Name);

    private static QueueClient NoticesOf(BlobFunction function, IServiceProvider provider) =>
        provider.GetRequiredService<QueueServiceClient>().GetQueueClient(function.NoticeQueue);

    private static T Options<T>(IServiceProvider provider)
        where T : class =>
        provider.GetRequiredService<IOptions<T>>().Value;
}
