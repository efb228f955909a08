using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Hosts.Standalone.Queues;
using Serverless.Tests.Support;

namespace Serverless.Tests.Storage.Triggers;

/// <summary>What becomes of messages that fail, and stops no other.</summary>
public sealed class QueuePoisonTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Message_that_fails_five_times_is_poison()
    {
        var probe = new FunctionProbe((_, _) => throw new InvalidOperationException("always"));
        await using var host = await FunctionHost.StartAsync<FailingFunction>(azurite, probe, RetryAtOnce);

        await azurite.SendAsync("failing", "bad");

        await Eventually.True(async () => await azurite.PeekAsync("failing-poison") == "bad", "the message is poison");
        await Eventually.True(() => azurite.IsEmptyAsync("failing"), "the message is gone from its queue");
        Assert.Equal(["bad", "bad", "bad", "bad", "bad"], probe.Started);
    }

    [Fact]
    public async Task Message_received_too_often_is_poison_without_another_attempt()
    {
        var queue = azurite.Queue("crashing");
        await queue.CreateAsync(cancellationToken: Cancellation);
        await azurite.SendAsync("crashing", "crasher");
        for (var attempt = 1; attempt <= 5; attempt++)
        {
            QueueMessage message = await queue.ReceiveMessageAsync(cancellationToken: Cancellation);
            await queue.UpdateMessageAsync(message.MessageId, message.PopReceipt, visibilityTimeout: TimeSpan.Zero, cancellationToken: Cancellation);
        }

        var probe = new FunctionProbe();
        await using var host = await FunctionHost.StartAsync<CrashingFunction>(azurite, probe);

        await Eventually.True(async () => await azurite.PeekAsync("crashing-poison") == "crasher", "the message is poison");
        Assert.Empty(probe.Started);
    }

    [Fact]
    public async Task Message_that_could_not_be_poisoned_comes_back_until_it_is()
    {
        var requests = new QueueRequests { BrokenPath = "/stuck-poison" };
        var probe = new FunctionProbe((_, _) => throw new InvalidOperationException("always"));
        await using var host = await FunctionHost.StartAsync<StuckFunction>(
            azurite,
            probe,
            services => services.Configure<QueuesOptions>(queues =>
            {
                queues.MaxDequeueCount = 1;
                queues.VisibilityTimeout = TimeSpan.FromSeconds(1);
            }),
            requests);
        await azurite.SendAsync("stuck", "bad");
        await Eventually.True(() => requests.Refused >= 1, "the poison queue was out of reach");

        requests.BrokenPath = null;

        await Eventually.True(async () => await azurite.PeekAsync("stuck-poison") == "bad", "the message is poison");
        Assert.Equal(["bad"], probe.Started);
    }

    [Fact]
    public async Task Message_that_is_not_in_the_agreed_encoding_is_poison_and_stops_no_other()
    {
        var probe = new FunctionProbe();
        await using var host = await FunctionHost.StartAsync<EncodedFunction>(azurite, probe, services =>
            services.Configure<QueuesOptions>(queues => queues.MessageEncoding = QueueMessageEncoding.Base64));

        await azurite.SendAsync("encoded", "this is not base64!");
        await azurite.SendAsync("encoded", "cGxhaW4=");

        await Eventually.True(() => probe.Started.Contains("plain"), "the other is handled");
        await Eventually.True(async () => await azurite.PeekAsync("encoded-poison") == "dGhpcyBpcyBub3QgYmFzZTY0IQ==", "the message is poison, in the encoding of its queue");
        Assert.Equal(["plain"], probe.Started);
    }

    private static void RetryAtOnce(IServiceCollection services) =>
        services.Configure<QueuesOptions>(queues => queues.VisibilityTimeout = TimeSpan.Zero);

    private sealed class FailingFunction(FunctionProbe probe)
    {
        [Function("Failing")]
        public Task RunAsync([QueueTrigger("failing")] string message, CancellationToken cancellation) => probe.RunAsync(message, cancellation);
    }

    private sealed class CrashingFunction(FunctionProbe probe)
    {
        [Function("Crashing")]
        public Task RunAsync([QueueTrigger("crashing")] string message, CancellationToken cancellation) => probe.RunAsync(message, cancellation);
    }

    private sealed class StuckFunction(FunctionProbe probe)
    {
        [Function("Stuck")]
        public Task RunAsync([QueueTrigger("stuck")] string message, CancellationToken cancellation) => probe.RunAsync(message, cancellation);
    }

    private sealed class EncodedFunction(FunctionProbe probe)
    {
        [Function("Encoded")]
        public Task RunAsync([QueueTrigger("encoded")] string message, CancellationToken cancellation) => probe.RunAsync(message, cancellation);
    }
}
