using Azure.Storage.Blobs;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Hosts.Standalone.Blobs;
using Serverless.Hosts.Standalone.Queues;
using Serverless.Tests.Support;

namespace Serverless.Tests.Storage.Triggers;

/// <summary>What becomes of blobs that fail again and again.</summary>
public sealed class BlobPoisonTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Blob_that_fails_five_times_is_poison_and_stays_so_after_a_restart()
    {
        var failing = new FunctionProbe((_, _) => throw new InvalidOperationException("always"));
        await using (var host = await FunctionHost.StartAsync<PoisonedFunction>(azurite, failing, RetryingAtOnce))
        {
            await azurite.UploadAsync("poisoned", "bad", "x");
            await Eventually.True(() => azurite.AreReceiptsAsync("poisoned", ReceiptState.Poisoned, 1), "the receipt says so");
            await Eventually.True(() => azurite.IsEmptyAsync("serverless-blobs-poisoned"), "no message is left");
            await host.StopAsync();
        }

        var probe = new FunctionProbe();
        await using var next = await FunctionHost.StartAsync<PoisonedFunction>(azurite, probe, BlobActs.ScanOften);
        await azurite.UploadAsync("poisoned", "good", "x");
        await Eventually.True(() => azurite.AreReceiptsAsync("poisoned", ReceiptState.Done, 1), "the next blob is handled");

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

        await Eventually.True(() => azurite.IsEmptyAsync(queue.Name), "no message is left");
        PeekedMessage[] poison = await azurite.Queue("webjobs-blobtrigger-poison").PeekMessagesAsync(32, Cancellation);
        Assert.Single(poison, message => message.Body.ToString() == "not a notice");
        Assert.Empty(probe.Started);
    }

    private static void RetryingAtOnce(IServiceCollection services)
    {
        BlobActs.ScanOften(services);
        services.Configure<QueuesOptions>(queues => queues.VisibilityTimeout = TimeSpan.Zero);
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
}
