using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Hosts.Standalone.Blobs;
using Serverless.Hosts.Standalone.Queues;
using Serverless.Tests.Support;

namespace Serverless.Tests.Storage.Triggers;

public sealed class BlobTriggerTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("com.example.app/production/1.2.3.zip")]
    [InlineData("with space, ü, 世界 and 🚀.zip")]
    [InlineData("a?b#c%20d&e+f.zip")]
    public async Task Blob_is_delivered_under_its_name(string name)
    {
        var probe = new FunctionProbe();
        await using var host = await FunctionHost.StartAsync<NamedFunction>(azurite, probe, Quickly);

        await UploadAsync("named", name, "content of " + name);

        await Eventually.True(() => probe.Started.Contains($"{name}: content of {name}"), "the function ran");
    }

    [Fact]
    public async Task Each_blob_is_handled_once_by_two_hosts()
    {
        string[] names = [.. Enumerable.Range(1, 12).Select(number => $"{number}.zip")];
        var probe = new FunctionProbe();
        await using var first = await FunctionHost.StartAsync<OnceFunction>(azurite, probe, Quickly);
        await using var second = await FunctionHost.StartAsync<OnceFunction>(azurite, probe, Quickly);

        await Task.WhenAll(names.Select(name => UploadAsync("once", name, "x")));

        await Eventually.True(() => AreReceiptsAsync("once", ReceiptState.Done, names.Length), "every receipt is done");
        await Eventually.True(() => IsEmptyAsync("serverless-blobs-once"), "no message is left");
        Assert.Equal(names.Order(), probe.Started.Order());
    }

    [Fact]
    public async Task Changed_blob_is_handled_again()
    {
        var probe = new FunctionProbe();
        await using var host = await FunctionHost.StartAsync<ChangedFunction>(azurite, probe, Quickly);
        await UploadAsync("changed", "blob", "old");
        await Eventually.True(() => probe.Started.Contains("blob: old"), "the old version is handled");

        await UploadAsync("changed", "blob", "new");

        await Eventually.True(() => probe.Started.Contains("blob: new"), "the new version is handled");
        Assert.Equal(["blob: old", "blob: new"], probe.Started);
    }

    [Fact]
    public async Task Handled_blob_is_left_alone_by_the_next_start()
    {
        var before = new FunctionProbe();
        await using (var host = await FunctionHost.StartAsync<RestartedFunction>(azurite, before, Quickly))
        {
            await UploadAsync("restarted", "earlier", "x");
            await Eventually.True(() => AreReceiptsAsync("restarted", ReceiptState.Done, 1), "the blob is handled");
            await host.StopAsync();
        }

        var after = new FunctionProbe();
        await using var next = await FunctionHost.StartAsync<RestartedFunction>(azurite, after, Quickly);
        await UploadAsync("restarted", "later", "x");
        await Eventually.True(() => AreReceiptsAsync("restarted", ReceiptState.Done, 2), "the later blob is handled");

        Assert.Equal(["earlier"], before.Started);
        Assert.Equal(["later"], after.Started);
    }

    [Fact]
    public async Task Blob_whose_scanner_crashed_before_the_message_is_handled()
    {
        var etag = await UploadAsync("claimed", "blob", "x");
        var receipts = ReceiptsOf("claimed");
        await receipts.CreateContainerAsync(Cancellation);
        Assert.NotNull(await receipts.TryClaimAsync(BlobNotice.Of("claimed", "blob", etag), Cancellation));

        var probe = new FunctionProbe();
        await using var host = await FunctionHost.StartAsync<ClaimedFunction>(azurite, probe, SoonAfterACrash);

        await Eventually.True(() => AreReceiptsAsync("claimed", ReceiptState.Done, 1), "the receipt is done");
        Assert.Equal(["blob"], probe.Started);
    }

    [Fact]
    public async Task Blob_whose_function_was_killed_is_handled_by_another_host()
    {
        var killed = new FunctionProbe((_, _) => new TaskCompletionSource().Task);
        await using var first = await FunctionHost.StartAsync<HalfFunction>(azurite, killed, SoonAfterACrash);
        await UploadAsync("half", "blob", "x");
        await Eventually.True(() => killed.Started.Count == 1, "the function runs");
        await first.AbortAsync();

        var probe = new FunctionProbe();
        await using var second = await FunctionHost.StartAsync<HalfFunction>(azurite, probe, SoonAfterACrash);

        await Eventually.True(() => AreReceiptsAsync("half", ReceiptState.Done, 1), "the receipt is done");
        Assert.Equal(["blob"], probe.Started);
    }

    [Theory]
    [InlineData("vanished", "gone", false)]
    [InlineData("vanished", "replaced", true)]
    public async Task Message_of_a_blob_version_that_is_no_more_is_dropped(string container, string name, bool present)
    {
        if (present)
        {
            await UploadAsync(container, name, "another version");
        }

        var notice = new BlobNotice(container, name, "0x1");
        var receipts = ReceiptsOf("vanished");
        await receipts.CreateContainerAsync(Cancellation);
        await receipts.TryClaimAsync(notice, Cancellation);
        var queue = azurite.Queue("serverless-blobs-vanished");
        await queue.CreateIfNotExistsAsync(cancellationToken: Cancellation);
        await queue.SendMessageAsync(notice.ToMessage(), cancellationToken: Cancellation);

        var probe = new FunctionProbe();
        await using var host = await FunctionHost.StartAsync<VanishedFunction>(azurite, probe, Quickly);

        await Eventually.True(async () => await receipts.FindAsync(notice, Cancellation) is { State: ReceiptState.Done }, "the receipt is done");
        Assert.DoesNotContain($"{name}: gone", probe.Started);
    }

    [Fact]
    public async Task Blob_that_fails_five_times_is_poison_and_stays_so_after_a_restart()
    {
        var failing = new FunctionProbe((_, _) => throw new InvalidOperationException("always"));
        await using (var host = await FunctionHost.StartAsync<PoisonedFunction>(azurite, failing, RetryingAtOnce))
        {
            await UploadAsync("poisoned", "bad", "x");
            await Eventually.True(() => AreReceiptsAsync("poisoned", ReceiptState.Poisoned, 1), "the receipt says so");
            await Eventually.True(() => IsEmptyAsync("serverless-blobs-poisoned"), "no message is left");
            await host.StopAsync();
        }

        var probe = new FunctionProbe();
        await using var next = await FunctionHost.StartAsync<PoisonedFunction>(azurite, probe, Quickly);
        await UploadAsync("poisoned", "good", "x");
        await Eventually.True(() => AreReceiptsAsync("poisoned", ReceiptState.Done, 1), "the next blob is handled");

        Assert.Equal(5, failing.Started.Count);
        Assert.Equal(["good"], probe.Started);
        PeekedMessage[] poison = await azurite.Queue("webjobs-blobtrigger-poison").PeekMessagesAsync(32, Cancellation);
        Assert.Single(poison, message =>
            message.Body.ToString().StartsWith("{\"container\":\"poisoned\",\"name\":\"bad\",\"etag\":", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Message_that_is_no_notice_is_poison_once()
    {
        var queue = azurite.Queue("serverless-blobs-confused");
        await queue.CreateAsync(cancellationToken: Cancellation);
        await queue.SendMessageAsync("not a notice", Cancellation);
        var probe = new FunctionProbe();

        await using var host = await FunctionHost.StartAsync<ConfusedFunction>(azurite, probe, RetryingAtOnce);

        await Eventually.True(() => IsEmptyAsync(queue.Name), "no message is left");
        PeekedMessage[] poison = await azurite.Queue("webjobs-blobtrigger-poison").PeekMessagesAsync(32, Cancellation);
        Assert.Single(poison, message => message.Body.ToString() == "not a notice");
        Assert.Empty(probe.Started);
    }

    [Fact]
    public async Task No_more_blobs_are_handled_at_once_than_allowed()
    {
        var probe = new FunctionProbe(async (_, _) => await Task.Yield());
        await using var host = await FunctionHost.StartAsync<BoundedFunction>(azurite, probe, services =>
        {
            Quickly(services);
            services.Configure<BlobsOptions>(blobs => blobs.MaxDegreeOfParallelism = 2);
        });

        await Task.WhenAll(Enumerable.Range(1, 12).Select(number => UploadAsync("bounded", $"{number}", "x")));

        await Eventually.True(() => AreReceiptsAsync("bounded", ReceiptState.Done, 12), "every blob is handled");
        Assert.InRange(probe.MostRunning, 1, 2);
    }

    [Fact]
    public async Task Receipts_of_blobs_that_are_gone_are_removed_and_others_kept()
    {
        var probe = new FunctionProbe();
        await using var host = await FunctionHost.StartAsync<CleanedFunction>(azurite, probe, services =>
        {
            Quickly(services);
            services.Configure<BlobScanOptions>(scan =>
            {
                scan.CleanUpInterval = TimeSpan.FromMilliseconds(100);
                scan.ReceiptRetention = TimeSpan.FromSeconds(1);
            });
        });
        await UploadAsync("cleaned", "gone", "x");
        await UploadAsync("cleaned", "kept", "x");
        await Eventually.True(() => AreReceiptsAsync("cleaned", ReceiptState.Done, 2), "both are handled");

        await azurite.Container("cleaned").DeleteBlobAsync("gone", cancellationToken: Cancellation);

        await Eventually.True(async () => (await ReceiptStatesAsync("cleaned")).Count == 1, "one receipt is left");
        Assert.Equal(["gone", "kept"], probe.Started.Order());
    }

    [Theory]
    [InlineData("uploads/{name}", "a/b/c.zip", "name=a/b/c.zip")]
    [InlineData("uploads/in/{app}/{version}.zip", "in/com.example/1.0.0.zip", "app=com.example version=1.0.0")]
    [InlineData("uploads/in/{name}.zip", "in/.zip", null)]
    [InlineData("uploads/in/{name}.zip", "out/1.zip", null)]
    public void Path_matches_and_names_its_parts(string path, string blobName, string? expected)
    {
        Assert.True(BlobPath.TryParse(path, out var parsed));

        var matches = parsed.TryMatch(blobName, out var parts);

        Assert.Equal(expected is not null, matches);
        Assert.Equal(expected, parts is null ? null : string.Join(' ', parts.OrderBy(part => part.Key).Select(part => $"{part.Key}={part.Value}")));
    }

    private static void Quickly(IServiceCollection services) =>
        services.Configure<BlobScanOptions>(scan => scan.Interval = TimeSpan.FromMilliseconds(200));

    // Short only where a crash is to be made up for: on a busy machine a live host that misses these is taken for a dead one, as it should be.
    private static void SoonAfterACrash(IServiceCollection services)
    {
        Quickly(services);
        services.Configure<QueuesOptions>(queues => queues.VisibilityTimeout = TimeSpan.FromSeconds(5));
        services.Configure<BlobScanOptions>(scan => scan.ResendAfter = TimeSpan.FromSeconds(3));
    }

    private static void RetryingAtOnce(IServiceCollection services)
    {
        Quickly(services);
        services.Configure<QueuesOptions>(queues => queues.VisibilityTimeout = TimeSpan.Zero);
    }

    private BlobReceipts ReceiptsOf(string function) => new(azurite.Container("serverless-host"), function);

    private async Task<ETag> UploadAsync(string container, string name, string content)
    {
        var client = azurite.Container(container);
        await client.CreateIfNotExistsAsync(cancellationToken: Cancellation);
        BlobContentInfo uploaded = await client.GetBlobClient(name).UploadAsync(new BinaryData(content), overwrite: true, Cancellation);
        return uploaded.ETag;
    }

    private async Task<bool> AreReceiptsAsync(string function, ReceiptState state, int count) =>
        (await ReceiptStatesAsync(function)).Count(found => found == state) == count;

    private async Task<IReadOnlyList<ReceiptState>> ReceiptStatesAsync(string function)
    {
        var pages = await ReceiptsOf(function).ReadAsync(from: null, pageSize: 100, Cancellation).ToListAsync(Cancellation);
        return [.. pages.SelectMany(page => page.Receipts).Select(receipt => receipt.State)];
    }

    private async Task<bool> IsEmptyAsync(string name)
    {
        QueueProperties properties = await azurite.Queue(name).GetPropertiesAsync(Cancellation);
        return properties.ApproximateMessagesCount == 0;
    }

    private static async Task<string> DescribeAsync(BlobClient blob, string name)
    {
        BlobDownloadResult content = await blob.DownloadContentAsync(Cancellation);
        return $"{name}: {content.Content}";
    }

    private sealed class NamedFunction(FunctionProbe probe)
    {
        [Function("Named")]
        public async Task RunAsync([BlobTrigger("named/{name}")] BlobClient blob, string name, CancellationToken cancellation) =>
            await probe.RunAsync(await DescribeAsync(blob, name), cancellation);
    }

    private sealed class OnceFunction(FunctionProbe probe)
    {
        [Function("Once")]
        public Task RunAsync([BlobTrigger("once/{name}")] BlobClient blob, string name, CancellationToken cancellation) =>
            probe.RunAsync(name, cancellation);
    }

    private sealed class ChangedFunction(FunctionProbe probe)
    {
        [Function("Changed")]
        public async Task RunAsync([BlobTrigger("changed/{name}")] BlobClient blob, string name, CancellationToken cancellation) =>
            await probe.RunAsync(await DescribeAsync(blob, name), cancellation);
    }

    private sealed class RestartedFunction(FunctionProbe probe)
    {
        [Function("Restarted")]
        public Task RunAsync([BlobTrigger("restarted/{name}")] BlobClient blob, string name, CancellationToken cancellation) =>
            probe.RunAsync(name, cancellation);
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

    private sealed class PoisonedFunction(FunctionProbe probe)
    {
        [Function("Poisoned")]
        public Task RunAsync([BlobTrigger("poisoned/{name}")] BlobClient blob, string name, CancellationToken cancellation) =>
            probe.RunAsync(name, cancellation);
    }

    private sealed class ConfusedFunction(FunctionProbe probe)
    {
        [Function("Confused")]
        public Task RunAsync([BlobTrigger("confused/{name}")] BlobClient blob, string name, CancellationToken cancellation) =>
            probe.RunAsync(name, cancellation);
    }

    private sealed class BoundedFunction(FunctionProbe probe)
    {
        [Function("Bounded")]
        public Task RunAsync([BlobTrigger("bounded/{name}")] BlobClient blob, string name, CancellationToken cancellation) =>
            probe.RunAsync(name, cancellation);
    }

    private sealed class CleanedFunction(FunctionProbe probe)
    {
        [Function("Cleaned")]
        public Task RunAsync([BlobTrigger("cleaned/{name}")] BlobClient blob, string name, CancellationToken cancellation) =>
            probe.RunAsync(name, cancellation);
    }
}
