using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Serverless.Tests.Support;

namespace Serverless.Tests.Storage.Retention;

/// <summary>A storage of its own, for collecting goes over all that is in it. Its clock is put forward, so that what a test stores is old at once.</summary>
public sealed class RetentionLab(KeyFolder keys) : IAsyncLifetime
{
    private readonly AzuriteFixture _azurite = new();

    internal string ConnectionString => _azurite.ConnectionString;

    /// <summary>What a test needs of the clock, from now on.</summary>
    internal ShiftedTime Time { get; } = new();

    public ValueTask InitializeAsync() => _azurite.InitializeAsync();

    /// <param name="storage">Where it reaches the storage; null for the straight way.</param>
    /// <param name="settings">Beside those that keep as little as may be.</param>
    internal Task<PipelineInstance> StartAsync(string? storage = null, params (string Name, string Value)[] settings) => PipelineInstance.StartAsync(
        storage ?? ConnectionString,
        keys,
        builder =>
        {
            builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Time));
            foreach (var (name, value) in ((string, string)[])[("Collect", "true"), ("KeepReleases", "1"), ("KeepTargets", "1"), ("Grace", "1.00:00:00"), .. settings])
            {
                builder.Configuration[$"Retention:{name}"] = value;
            }
        });

    public ValueTask DisposeAsync() => _azurite.DisposeAsync();
}
