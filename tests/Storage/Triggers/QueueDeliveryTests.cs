using Azure.Storage.Queues;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Hosts.Standalone.Queues;
using Serverless.Tests.Support;

namespace Serverless.Tests.Storage.Triggers;

/// <summary>What the queue listener does with messages that succeed.</summary>
public sealed class QueueDeliveryTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Message_is_delivered_as_sent_and_deleted()
    {
        var probe = new FunctionProbe();
        await using var host = await FunctionHost.StartAsync<DeliveredFunction>(azurite, probe);

        await azurite.SendAsync("delivered", "{\"text\":\"Grüße, 世界\"}");

        await Eventually.True(() => probe.Started.Count == 1, "the function ran");
        await Eventually.True(() => azurite.IsEmptyAsync("delivered"), "the message is deleted");
        Assert.Equal(["{\"text\":\"Grüße, 世界\"}"], probe.Started);
    }

    [Fact]
    public async Task Messages_of_a_batch_are_handled_at_the_same_time()
    {
        using var bothRunning = new CountdownEvent(2);
        var together = new TaskCompletionSource();
        var probe = new FunctionProbe((_, cancellation) =>
        {
            if (bothRunning.Signal())
            {
                together.SetResult();
            }

            return together.Task.WaitAsync(cancellation);
        });
        await using var host = await FunctionHost.StartAsync<ConcurrentFunction>(azurite, probe);

        await azurite.SendAsync("concurrent", "one");
        await azurite.SendAsync("concurrent", "two");

        await Eventually.True(() => azurite.IsEmptyAsync("concurrent"), "both are handled");
        Assert.Equal(2, probe.MostRunning);
    }

    [Fact]
    public async Task Message_stays_hidden_while_its_function_runs_longer_than_the_lease()
    {
        var requests = new QueueRequests();
        var release = new TaskCompletionSource();
        var probe = new FunctionProbe((_, _) => release.Task);
        await using var first = await FunctionHost.StartAsync<RenewedFunction>(azurite, probe, ShortLease, requests);
        await using var second = await FunctionHost.StartAsync<RenewedFunction>(azurite, probe, ShortLease, requests);

        await azurite.SendAsync("renewed", "long");

        // A lease is renewed three times in its length, so that this is after the end of the third one.
        await Eventually.True(() => requests.Updates >= 9, "the lease is renewed again and again");
        release.SetResult();
        await Eventually.True(() => azurite.IsEmptyAsync("renewed"), "the message is deleted");
        Assert.Equal(["long"], probe.Started);
    }

    [Fact]
    public async Task Message_sent_by_this_process_is_not_waited_for()
    {
        await using var host = await FunctionHost.StartAsync<WokenFunction>(azurite, new FunctionProbe());
        var arrivals = host.Services.GetRequiredService<QueueArrivals>();
        var queue = host.Services.GetRequiredService<QueueServiceClient>().GetQueueClient("woken-elsewhere");
        await queue.CreateAsync(cancellationToken: Cancellation);

        var waiting = arrivals.WaitAsync(queue.Name, TimeSpan.FromHours(1), Cancellation);
        await queue.SendMessageAsync("now", Cancellation);

        await Eventually.True(() => waiting.IsCompleted, "the wait has ended");
    }

    [Fact]
    public async Task Outage_is_logged_once_and_survived()
    {
        var requests = new QueueRequests();
        var log = new LogSpy(LogLevel.Error);
        var probe = new FunctionProbe();
        await using var host = await FunctionHost.StartAsync<OutageFunction>(
            azurite,
            probe,
            services => services.AddSingleton<ILoggerProvider>(log),
            requests);
        await Eventually.True(async () => await azurite.Queue("outage").ExistsAsync(Cancellation), "the queue is made");

        requests.BrokenPath = "/outage";
        await Eventually.True(() => requests.Refused >= 5, "several looks have failed");
        requests.BrokenPath = null;
        await azurite.SendAsync("outage", "after");

        await Eventually.True(() => probe.Started.Count == 1, "the message is handled");
        Assert.Single(log.Messages);
    }

    private static void ShortLease(IServiceCollection services) =>
        services.Configure<QueuesOptions>(queues => queues.VisibilityTimeout = TimeSpan.FromSeconds(4));

    private sealed class DeliveredFunction(FunctionProbe probe)
    {
        [Function("Delivered")]
        public Task RunAsync([QueueTrigger("delivered")] string message, CancellationToken cancellation) => probe.RunAsync(message, cancellation);
    }

    private sealed class ConcurrentFunction(FunctionProbe probe)
    {
        [Function("Concurrent")]
        public Task RunAsync([QueueTrigger("concurrent")] string message, CancellationToken cancellation) => probe.RunAsync(message, cancellation);
    }

    private sealed class RenewedFunction(FunctionProbe probe)
    {
        [Function("Renewed")]
        public Task RunAsync([QueueTrigger("renewed")] string message, CancellationToken cancellation) => probe.RunAsync(message, cancellation);
    }

    private sealed class WokenFunction(FunctionProbe probe)
    {
        [Function("Woken")]
        public Task RunAsync([QueueTrigger("woken")] string message, CancellationToken cancellation) => probe.RunAsync(message, cancellation);
    }

    private sealed class OutageFunction(FunctionProbe probe)
    {
        [Function("Outage")]
        public Task RunAsync([QueueTrigger("outage")] string message, CancellationToken cancellation) => probe.RunAsync(message, cancellation);
    }
}
