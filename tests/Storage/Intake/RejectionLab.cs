using System.Globalization;
using Serverless.Apps;
using Serverless.Tests.Support;

namespace Serverless.Tests.Storage.Intake;

/// <summary>Storage of its own with one app in it, so that whatever else changes there was changed by the upload under test.</summary>
public sealed class RejectionLab : IAsyncLifetime
{
    private readonly AzuriteFixture _azurite = new();
    private readonly KeyFolder _keys = new();
    private PipelineInstance? _pipeline;
    private StoragePicture? _last;

    internal AppId App { get; } = PipelineInstance.NewApp();

    internal PipelineInstance Pipeline => _pipeline ?? throw new InvalidOperationException("The lab is not set up.");

    public async ValueTask InitializeAsync()
    {
        await _azurite.InitializeAsync();
        _pipeline = await PipelineInstance.StartAsync(_azurite.ConnectionString, _keys, builder =>
        {
            builder.Configuration["Bundles:MaxZipBytes"] = RefusedUploads.MaxZipBytes.ToString(CultureInfo.InvariantCulture);
            builder.Configuration["Bundles:MaxInflatedBytes"] = RefusedUploads.MaxInflatedBytes.ToString(CultureInfo.InvariantCulture);
            builder.Configuration["Bundles:MaxEntries"] = RefusedUploads.MaxEntries.ToString(CultureInfo.InvariantCulture);
        });

        await _pipeline.PublishAsync(App, "1.0.0");
        await _pipeline.PublishAsync(App, "1.1.0");
        await _pipeline.WithdrawAsync(App, "1.1.0");
    }

    /// <summary>What there is as a test begins. Its tests take turns: what the one before saw at its end is not looked at again.</summary>
    public async Task<StoragePicture> PictureBeforeAsync() => Interlocked.Exchange(ref _last, null) ?? await PictureAsync();

    public async Task<StoragePicture> PictureAfterAsync() => _last = await PictureAsync();

    public async ValueTask DisposeAsync()
    {
        await (_pipeline?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _azurite.DisposeAsync();
        _keys.Dispose();
    }

    private Task<StoragePicture> PictureAsync() => StoragePicture.TakeAsync(_azurite.ConnectionString, TestContext.Current.CancellationToken);
}
