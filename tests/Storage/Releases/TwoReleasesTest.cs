using Azure.Data.Tables;
using Serverless.Apps;
using Serverless.Bundles;
using Serverless.Devices;
using Serverless.Releases;
using Serverless.Rollbacks;
using Serverless.Storage;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;

namespace Serverless.Tests.Storage.Releases;

/// <summary>An app with the releases 1.0.0 and 1.1.0 in production, and the instance that published them.</summary>
public abstract class TwoReleasesTest : IAsyncLifetime
{
    private protected const string Version = "1.1.0";

    private readonly AzuriteFixture _azurite;
    private PipelineInstance? _pipeline;

    private protected TwoReleasesTest(AzuriteFixture azurite, KeyFolder keys) => (_azurite, Keys) = (azurite, keys);

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected AppId App { get; } = PipelineInstance.NewApp();

    private protected KeyFolder Keys { get; }

    private protected string ConnectionString => _azurite.ConnectionString;

    private protected PipelineInstance Pipeline => _pipeline ?? throw new InvalidOperationException("The pipeline is not started.");

    private protected ReleaseCatalog Catalog => Pipeline.Get<ReleaseCatalog>();

    private protected TableClient Table => Pipeline.Get<TableServiceClient>().GetTableClient(Tables.Catalog);

    public async ValueTask InitializeAsync()
    {
        _pipeline = await StartAnotherAsync();
        await PublishAsync("1.0.0");
        await PublishAsync(Version);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await (_pipeline?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private protected static byte[] Bundle(string version) => WebBundle.Small(version).Zip();

    /// <param name="storage">Where it reaches the storage; null for the straight way.</param>
    private protected Task<PipelineInstance> StartAnotherAsync(string? storage = null) => PipelineInstance.StartAsync(storage ?? ConnectionString, Keys);

    private protected async Task PublishAsync(string version) => Assert.IsType<IntakeResult.Published>(
        await Pipeline.IntakeAsync($"{App}/production/{version}.zip", Bundle(version), new Dictionary<string, string> { ["min_native"] = "0.9.0" }));

    private protected async Task<TableEntity> RowAsync(string version) =>
        await Table.GetEntityAsync<TableEntity>(App.Value, $"release:{version}", cancellationToken: Cancellation);

    private protected Task<Incident?> FindIncidentAsync() => Catalog.FindIncidentAsync(App, BundleVersion.Parse(Version), Cancellation);

    private protected async Task<Release> FindAsync(string version) =>
        Assert.IsType<Release>(await Catalog.FindReleaseAsync(App, BundleVersion.Parse(version), Cancellation));

    private protected DeviceRequest Device()
    {
        var info = new DeviceInfo
        {
            AppId = App.Value,
            DeviceId = Guid.NewGuid().ToString(),
            Platform = "android",
            VersionBuild = "1.0.0",
            VersionName = "1.0.0",
            PluginVersion = "8.51.23",
        };
        return DeviceRequest.Parse(info, Pipeline.Get<Pepper>(), out var device) is null ? device : throw new InvalidOperationException("Not a device.");
    }
}
