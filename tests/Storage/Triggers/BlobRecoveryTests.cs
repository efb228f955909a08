using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Hosts.Standalone.Blobs;
using Serverless.Hosts.Standalone.Queues;
using Serverless.Tests.Support;

namespace Serverless.Tests.Storage.Triggers;

/// <summary>What becomes of blobs whose host, function or version is gone, and of what is kept about them.</summary>
public sealed class BlobRecoveryTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Blob_whose_scanner_crashed_before_the_message_is_handled()
    {
        var etag = await azurite.UploadAsync("claimed", "blob", "x");
        var receipts = azurite.ReceiptsOf("claimed");
        await receipts.CreateContainerAsync(Cancellation);
        Assert.NotNull(await receipts.TryClaimAsync(BlobNotice.Of("claimed", "blob", etag), Cancellation));

        var probe = new FunctionProbe();
        await using var host = await FunctionHost.StartAsync<ClaimedFunction>(azurite, probe, SoonAfterACrash);

        await Eventually.True(() => azurite.AreReceiptsAsync("claimed", ReceiptState.Done, 1), "the receipt is done");
        Assert.Equal(["blob"], probe.Started);
    }

    [Fact]
    public async Task Blob_whose_function_was_killed_is_handled_by_another_host()
    {
        var killed = new FunctionProbe((_, _) => new TaskCompletionSource().Task);
        await using var first = await FunctionHost.StartAsync<HalfFunction>(azurite, killed, SoonAfterACrash);
        await azurite.UploadAsync("half", "blob", "x");
        await Eventually.True(() => killed.Started.Count == 1, "the function runs");
        await first.AbortAsync();

        var probe = new FunctionProbe();
        await using var second = await FunctionHost.StartAsync<HalfFunction>(azurite, probe, SoonAfterACrash);

        await Eventually.True(() => azurite.AreReceiptsAsync("half", ReceiptState.Done, 1), "the receipt is done");
        Assert.Equal(["blob"], probe.Started);
    }

    [Theory]
    [InlineData("vanished", "gone", false)]
    [InlineData("vanished", "replaced", true)]
    public async Task Message_of_a_blob_version_that_is_no_more_is_dropped(string container, string name, bool present)
    {
        if (present)
        {
            await azurite.UploadAsync(container, name, "another version");
        }

        var notice = new BlobNotice(container, name, "0x1");
        var receipts = azurite.ReceiptsOf("vanished");
        await receipts.CreateContainerAsync(Cancellation);
        await receipts.TryClaimAsync(notice, Cancellation);
        var queue = azurite.Queue("serverless-blobs-vanished");
        await queue.CreateIfNotExistsAsync(cancellationToken: Cancellation);
        await queue.SendMessageAsync(notice.ToMessage(), cancellationToken: Cancellation);

        var probe = new FunctionProbe();
        await using var host = await FunctionHost.StartAsync<VanishedFunction>(azurite, probe, BlobActs.ScanOften);

        await Eventually.True(async () => await receipts.FindAsync(notice, Cancellation) is { State: ReceiptState.Done }, "the receipt is done");
        Assert.DoesNotContain($"{name}: gone", probe.Started);
    }

    [Fact]
    public async Task Receipts_of_blobs_that_are_gone_are_removed_and_others_kept()
    {
        var probe = new FunctionProbe();
        await using var host = await FunctionHost.StartAsync<CleanedFunction>(azurite, probe, services =>
        {
            BlobActs.ScanOften(services);
            services.Configure<BlobScanOptions>(scan =>
            {
                scan.CleanUpInterval = TimeSpan.FromMilliseconds(100);
                scan.ReceiptRetention = TimeSpan.FromSeconds(1);
            });
        });
        await azurite.UploadAsync("cleaned", "gone", "x");
        await azurite.UploadAsync("cleaned", "kept", "x");
        await Eventually.True(() => azurite.AreReceiptsAsync("cleaned", ReceiptState.Done, 2), "both are handled");

        await azurite.Container("cleaned").DeleteBlobAsync("gone", cancellationToken: Cancellation);

        await Eventually.True(async () => (await azurite.ReceiptStatesAsync("cleaned")).Count == 1, "one receipt is left");
        Assert.Equal(["gone", "kept"], probe.Started.Order());
    }

    // Short only where a crash is to be made up for: on a busy machine a live host that misses these is taken for a dead one, as it should be.
    private static void SoonAfterACrash(IServiceCollection services)
    {
        BlobActs.ScanOften(services);
        services.Configure<QueuesOptions>(queues => queues.VisibilityTimeout = TimeSpan.FromSeconds(5));
        services.Configure<BlobScanOptions>(scan => scan.ResendAfter = TimeSpan.FromSeconds(3));
    }

    private sealed class ClaimedFunction(FunctionProbe probe)
    {
        [Function("Claimed")]
        public Task RunAsync([BlobTrigger("claimed/{name}")] BlobClient blob, string name, CancellationToken cancellation) =>
            probe.RunAsync(name, cancellation);
    }

    private sealed class HalfFunction(FunctionProbe probe)
    {
        [Function("Half")]
        public Task RunAsync([BlobTrigger("half/{name}")] BlobClient blob, string name, CancellationToken cancellation) =>
            probe.RunAsync(name, cancellation);
    }

    private sealed class VanishedFunction(FunctionProbe probe)
    {
        [Function("Vanished")]
        public async Task RunAsync([BlobTrigger("vanished/{name}")] BlobClient blob, string name, CancellationToken cancellation) =>
            await probe.RunAsync(await blob.ExistsAsync(cancellation) ? name : $"{name}: gone", cancellation);
    }

    private sealed class CleanedFunction(FunctionProbe probe)
    {
        [Function("Cleaned")]
        public Task RunAsync([BlobTrigger("cleaned/{name}")] BlobClient blob, string name, CancellationToken cancellation) =>
            probe.RunAsync(name, cancellation);
    }
}
