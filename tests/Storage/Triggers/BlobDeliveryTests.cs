using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Hosts.Standalone.Blobs;
using Serverless.Tests.Support;

namespace Serverless.Tests.Storage.Triggers;

/// <summary>What the blob listener hands to functions: every version, under its name, once.</summary>
public sealed class BlobDeliveryTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("com.example.app/production/1.2.3.zip")]
    [InlineData("with space, ü, 世界 and 🚀.zip")]
    [InlineData("a?b#c%20d&e+f.zip")]
    public async Task Blob_is_delivered_under_its_name(string name)
    {
        var probe = new FunctionProbe();
        await using var host = await FunctionHost.StartAsync<NamedFunction>(azurite, probe, BlobActs.ScanOften);

        await azurite.UploadAsync("named", name, "content of " + name);

        await Eventually.True(() => probe.Started.Contains($"{name}: content of {name}"), "the function ran");
    }

    [Fact]
    public async Task Each_blob_is_handled_once_by_two_hosts()
    {
        string[] names = [.. Enumerable.Range(1, 12).Select(number => $"{number}.zip")];
        var probe = new FunctionProbe();
        await using var first = await FunctionHost.StartAsync<OnceFunction>(azurite, probe, BlobActs.ScanOften);
        await using var second = await FunctionHost.StartAsync<OnceFunction>(azurite, probe, BlobActs.ScanOften);

        await Task.WhenAll(names.Select(name => azurite.UploadAsync("once", name, "x")));

        await Eventually.True(() => azurite.AreReceiptsAsync("once", ReceiptState.Done, names.Length), "every receipt is done");
        await Eventually.True(() => azurite.IsEmptyAsync("serverless-blobs-once"), "no message is left");
        Assert.Equal(names.Order(), probe.Started.Order());
    }

    [Fact]
    public async Task Changed_blob_is_handled_again()
    {
        var probe = new FunctionProbe();
        await using var host = await FunctionHost.StartAsync<ChangedFunction>(azurite, probe, BlobActs.ScanOften);
        await azurite.UploadAsync("changed", "blob", "old");
        await Eventually.True(() => probe.Started.Contains("blob: old"), "the old version is handled");

        await azurite.UploadAsync("changed", "blob", "new");

        await Eventually.True(() => probe.Started.Contains("blob: new"), "the new version is handled");
        Assert.Equal(["blob: old", "blob: new"], probe.Started);
    }

    [Fact]
    public async Task Handled_blob_is_left_alone_by_the_next_start()
    {
        var before = new FunctionProbe();
        await using (var host = await FunctionHost.StartAsync<RestartedFunction>(azurite, before, BlobActs.ScanOften))
        {
            await azurite.UploadAsync("restarted", "earlier", "x");
            await Eventually.True(() => azurite.AreReceiptsAsync("restarted", ReceiptState.Done, 1), "the blob is handled");
            await host.StopAsync();
        }

        var after = new FunctionProbe();
        await using var next = await FunctionHost.StartAsync<RestartedFunction>(azurite, after, BlobActs.ScanOften);
        await azurite.UploadAsync("restarted", "later", "x");
        await Eventually.True(() => azurite.AreReceiptsAsync("restarted", ReceiptState.Done, 2), "the later blob is handled");

        Assert.Equal(["earlier"], before.Started);
        Assert.Equal(["later"], after.Started);
    }

    [Fact]
    public async Task No_more_blobs_are_handled_at_once_than_allowed()
    {
        var probe = new FunctionProbe(async (_, _) => await Task.Yield());
        await using var host = await FunctionHost.StartAsync<BoundedFunction>(azurite, probe, services =>
        {
            BlobActs.ScanOften(services);
            services.Configure<BlobsOptions>(blobs => blobs.MaxDegreeOfParallelism = 2);
        });

        await Task.WhenAll(Enumerable.Range(1, 12).Select(number => azurite.UploadAsync("bounded", $"{number}", "x")));

        await Eventually.True(() => azurite.AreReceiptsAsync("bounded", ReceiptState.Done, 12), "every blob is handled");
        Assert.InRange(probe.MostRunning, 1, 2);
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

    private sealed class BoundedFunction(FunctionProbe probe)
    {
        [Function("Bounded")]
        public Task RunAsync([BlobTrigger("bounded/{name}")] BlobClient blob, string name, CancellationToken cancellation) =>
            probe.RunAsync(name, cancellation);
    }
}
