using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serverless.Hosts.Standalone;
using Serverless.Hosts.Standalone.Listeners;
using Serverless.Hosts.Standalone.Queues;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Logs;

namespace Serverless.Tests.Storage.Triggers;

/// <summary>A standalone host with one function class, on a port and with services of its own: one instance among several.</summary>
internal sealed class FunctionHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FunctionHost(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public IServiceProvider Services => _app.Services;

    public static async Task<FunctionHost> StartAsync<TFunction>(
        AzuriteFixture azurite,
        FunctionProbe probe,
        Action<IServiceCollection>? configure = null,
        HttpPipelinePolicy? queuePolicy = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddRunLog();
        builder.AddStandaloneHost([typeof(TFunction)]);
        builder.Services.AddSingleton(probe);
        builder.Services.AddSingleton(new BlobServiceClient(azurite.ConnectionString));
        builder.Services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<QueueClientOptions>();
            if (queuePolicy is not null)
            {
                options.AddPolicy(queuePolicy, HttpPipelinePosition.PerCall);
            }

            return new QueueServiceClient(azurite.ConnectionString, options);
        });
        builder.Services.Configure<QueuesOptions>(queues => queues.MaxPollingInterval = TimeSpan.FromMilliseconds(200));
        configure?.Invoke(builder.Services);

        var app = builder.Build();
        app.MapHttpFunctions();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new FunctionHost(app);
    }

    /// <summary>As on SIGTERM.</summary>
    public Task StopAsync() => _app.StopAsync(CancellationToken.None);

    /// <summary>The first thing that happens on SIGTERM.</summary>
    public Task StopTakingWorkAsync() => Listeners().StoppingAsync(CancellationToken.None);

    /// <summary>As on SIGTERM, with no time left: running functions are cancelled.</summary>
    public Task AbortAsync() => Listeners().StopAsync(new CancellationToken(canceled: true));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private ListenerService Listeners() => _app.Services.GetServices<IHostedService>().OfType<ListenerService>().Single();
}
