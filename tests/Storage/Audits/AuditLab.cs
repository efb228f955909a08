using Serverless.Tests.Support;

namespace Serverless.Tests.Storage.Audits;

/// <summary>A storage of its own, for sealing and exporting go over all apps.</summary>
public sealed class AuditLab(KeyFolder keys) : IAsyncLifetime
{
    private readonly AzuriteFixture _azurite = new();
    private PipelineInstance? _pipeline;

    internal PipelineInstance Pipeline => _pipeline ?? throw new InvalidOperationException("The lab is not set up.");

    internal KeyFolder Keys => keys;

    public async ValueTask InitializeAsync()
    {
        await _azurite.InitializeAsync();
        _pipeline = await PipelineInstance.StartAsync(_azurite.ConnectionString, keys);
    }

    public async ValueTask DisposeAsync()
    {
        await (_pipeline?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _azurite.DisposeAsync();
    }
}

/// <summary>The classes that share the lab.</summary>
[CollectionDefinition(nameof(Audits))]
public sealed class AuditsDefinition : ICollectionFixture<AuditLab>;
