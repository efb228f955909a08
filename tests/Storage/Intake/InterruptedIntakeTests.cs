using Serverless.Apps;
using Serverless.Bundles;
using Serverless.Channels;
using Serverless.Ledger;
using Serverless.Releases;
using Serverless.Storage;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;
using Serverless.Tests.Support.Faults;

namespace Serverless.Tests.Storage.Intake;

/// <summary>Storage fails, or the upload changes, while intake is at work.</summary>
public sealed class InterruptedIntakeTests(AzuriteFixture azurite, KeyFolder keys) : IAsyncLifetime
{
    private readonly AppId _app = PipelineInstance.NewApp();
    private PipelineInstance _pipeline = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ReleaseCatalog Catalog => _pipeline.Get<ReleaseCatalog>();

    public async ValueTask InitializeAsync() => _pipeline = await PipelineInstance.StartAsync(azurite.ConnectionString, keys);

    [Theory]
    [InlineData("the bundle is stored", StorageService.Blob, "PUT", "bundles")]
    [InlineData("the catalog is written", StorageService.Table, "POST", "$batch")]
    [InlineData("the upload is removed", StorageService.Blob, "DELETE", "uploads")]
    public async Task Outage_fails_the_run_and_the_next_run_completes_it(string when, StorageService service, string method, string container)
    {
        await using var proxy = await StorageProxy.StartAsync(azurite.ConnectionString, Cancellation);
        await using var pipeline = await PipelineInstance.StartAsync(proxy.ConnectionString, keys);
        await pipeline.DropAsync(Name("1.0.0"), WebBundle.Small("1.0.0").Zip());

        using (var storm = proxy.Fail(Harmed, 503, times: int.MaxValue))
        {
            await Assert.ThrowsAnyAsync<Exception>(() => pipeline.IntakeAsync(Name("1.0.0")));
            Assert.True(storm.Hits > 1, $"The run should have tried more than once while {when}.");
        }

        Assert.True(await pipeline.ExistsAsync(Containers.Uploads, Name("1.0.0")));
        await pipeline.IntakeAsync(Name("1.0.0"));

        Assert.False(await pipeline.ExistsAsync(Containers.Uploads, Name("1.0.0")));
        Assert.Equal((1, "1.0.0"), ((await FindAsync("1.0.0")).Sequence, await TargetAsync()));
        Assert.Single(await Catalog.VerifyAsync(_app), entry => entry.Kind == LedgerKind.ReleasePublished);

        bool Harmed(StorageRequest request) => request.Service == service && request.Method == method && request.Container == container;
    }

    [Fact]
    public async Task Refused_upload_that_could_not_be_removed_is_recorded_once()
    {
        await using var proxy = await StorageProxy.StartAsync(azurite.ConnectionString, Cancellation);
        await using var pipeline = await PipelineInstance.StartAsync(proxy.ConnectionString, keys);
        await _pipeline.PublishAsync(_app, "1.0.0");
        await _pipeline.DropAsync(Name("1.1.0"), "no zip"u8.ToArray());

        using (proxy.Fail(request => request is { Method: "DELETE", Container: "uploads" }, 503, times: int.MaxValue))
        {
            await Assert.ThrowsAnyAsync<Exception>(() => pipeline.IntakeAsync(Name("1.1.0")));
        }

        await pipeline.IntakeAsync(Name("1.1.0"));

        Assert.Single(await Catalog.VerifyAsync(_app), entry => entry.Kind == LedgerKind.BundleRejected);
        Assert.False(await _pipeline.ExistsAsync(Containers.Uploads, Name("1.1.0")));
    }

    [Fact]
    public async Task Refused_upload_stays_while_it_cannot_be_quarantined()
    {
        await using var proxy = await StorageProxy.StartAsync(azurite.ConnectionString, Cancellation);
        await using var pipeline = await PipelineInstance.StartAsync(proxy.ConnectionString, keys);
        await _pipeline.DropAsync(Name("1.0.0"), "no zip"u8.ToArray());

        using (proxy.Fail(request => request is { Method: "PUT", Container: "quarantine" }, 404, times: int.MaxValue))
        {
            await Assert.ThrowsAnyAsync<Exception>(() => pipeline.IntakeAsync(Name("1.0.0")));
        }

        Assert.True(await _pipeline.ExistsAsync(Containers.Uploads, Name("1.0.0")));
        Assert.IsType<IntakeResult.Rejected>(await pipeline.IntakeAsync(Name("1.0.0")));
        Assert.True(await _pipeline.ExistsAsync(Containers.Quarantine, Name("1.0.0")));
    }

    [Fact]
    public async Task Planted_blob_under_a_bundles_name_publishes_nothing()
    {
        var zip = WebBundle.Small("1.0.0").Zip();
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(zip));
        await _pipeline.Blob(Containers.Bundles, $"{_app}/1.0.0/{digest}.zip").UploadAsync(new BinaryData(new byte[zip.Length]), Cancellation);
        await _pipeline.DropAsync(Name("1.0.0"), zip);

        await Assert.ThrowsAsync<InvalidDataException>(() => _pipeline.IntakeAsync(Name("1.0.0")));

        Assert.False((await Catalog.ReadAppAsync(_app, Cancellation)).Exists);
        Assert.True(await _pipeline.ExistsAsync(Containers.Uploads, Name("1.0.0")));
    }

    [Fact]
    public async Task Upload_replaced_while_it_is_judged_is_left_to_its_own_trigger()
    {
        await using var proxy = await StorageProxy.StartAsync(azurite.ConnectionString, Cancellation);
        await using var pipeline = await PipelineInstance.StartAsync(proxy.ConnectionString, keys);
        await _pipeline.DropAsync(Name("1.0.0"), WebBundle.Small("1.0.0").Zip());
        using var hold = proxy.Hold(request => request is { Method: "GET", Container: "uploads" }, Stage.BeforeForwarding);

        var run = pipeline.IntakeAsync(Name("1.0.0"));
        await hold.Reached.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        await _pipeline.DropAsync(Name("1.0.0"), WebBundle.Small("1.0.0-fixed").Zip());
        hold.Release();

        Assert.IsType<IntakeResult.Superseded>(await run);
        Assert.True(await _pipeline.ExistsAsync(Containers.Uploads, Name("1.0.0")));
        Assert.False((await Catalog.ReadAppAsync(_app, Cancellation)).Exists);
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private string Name(string version) => $"{_app}/production/{version}.zip";

    private async Task<Release> FindAsync(string version) =>
        Assert.IsType<Release>(await Catalog.FindReleaseAsync(_app, BundleVersion.Parse(version), Cancellation));

    private async Task<string?> TargetAsync() => (await Catalog.FindChannelAsync(_app, ChannelName.Production, Cancellation))?.Target?.Value;
}
