using Microsoft.Extensions.DependencyInjection;
using Serverless.Apps;
using Serverless.Devices.Authentication;
using Serverless.Hosts.Standalone.Http;
using Serverless.Tests.Support;

namespace Serverless.Tests.Storage.Threats;

/// <summary>One instance for all attacks; each has an app of its own.</summary>
public sealed class ThreatLab(AzuriteFixture azurite, KeyFolder keys) : IAsyncLifetime
{
    private PipelineInstance? _pipeline;

    internal PipelineInstance Pipeline => _pipeline ?? throw new InvalidOperationException("The lab is not set up.");

    public async ValueTask InitializeAsync() => _pipeline = await StartAsync();

    public ValueTask DisposeAsync() => _pipeline?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Another instance, with settings of its own: one that meets the storage for the first time.</summary>
    internal Task<PipelineInstance> StartAsync(params IEnumerable<(string Name, string Value)> settings) => PipelineInstance.StartAsync(azurite.ConnectionString, keys, builder =>
    {
        builder.Services.AddSingleton<IClientCertificates, ConnectionCertificates>();
        foreach (var (name, value) in settings)
        {
            builder.Configuration[name] = value;
        }
    });

    /// <summary>An app with the releases 1.0.0 and 1.1.0 in production.</summary>
    internal async Task<AppId> NewAppAsync()
    {
        var app = PipelineInstance.NewApp();
        await Pipeline.PublishAsync(app, "1.0.0");
        await Pipeline.PublishAsync(app, "1.1.0");
        return app;
    }
}
