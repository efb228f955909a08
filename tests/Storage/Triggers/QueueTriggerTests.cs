using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Hosts.Standalone.Queues;
using Serverless.Tests.Support;

namespace Serverless.Tests.Storage.Triggers;

public sealed class QueueTriggerTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Message_is_delivered_as_sent_and_deleted()
    {
        var probe = new FunctionProbe();
        await using var host = await FunctionHost.StartAsync<DeliveredFunction>(azurite, probe);

        await SendAsync("delivered", "{\"text\":\"Grüße, 世界\"}");

        await Eventually.True(() => probe.Started.Count == 1, "the function ran");
        await Eventually.True(() => IsEmptyAsync("delivered"), "the message is deleted");
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

        await SendAsync("concurrent", "one");
        await SendAsync("concurrent", "two");

        await Eventually.True(() => IsEmptyAsync("concurrent"), "both are handled");
        Assert.Equal(2, probe.MostRunning);
    }

    [Fact]
    public async Task Message_that_fails_five_times_is_poison()
    {
        var probe = new FunctionProbe((_, _) => throw new InvalidOperationException("always"));
        await using var host = await FunctionHost.StartAsync<FailingFunction>(azurite, probe, RetryAtOnce);

        await SendAsync("failing", "bad");

        await Eventually.True(async () => await PeekAsync("failing-poison") == "bad", "the message is poison");
        await Eventually.True(() => IsEmptyAsync("failing"), "the message is gone from its queue");
        Assert.Equal(["bad", "bad", "bad", "bad", "bad"], probe.Started);
    }

    [Fact]
    public async Task Message_received_too_often_is_poison_without_another_attempt()
    {
        var queue = azurite.Queue("crashing");
        await queue.CreateAsync(cancellationToken: Cancellation);
        await SendAsync("crashing", "crasher");
        for (var attempt = 1; attempt <= 5; attempt++)
        {
            QueueMessage message = await queue.ReceiveMessageAsync(cancellationToken: Cancellation);
            await queue.UpdateMessageAsync(message.MessageId, message.PopReceipt, visibilityTimeout: TimeSpan.Zero, cancellationToken: Cancellation);
        }

        var probe = new FunctionProbe();
        await using var host = await FunctionHost.StartAsync<CrashingFunction>(azurite, probe);

        await Eventually.True(async () => await PeekAsync("crashing-poison") == "crasher", "the message is poison");
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
        await SendAsync("stuck", "bad");
        await Eventually.True(() => requests.Refused >= 1, "the poison queue was out of reach");

        requests.BrokenPath = null;

        await Eventually.True(async () => await PeekAsync("stuck-poison") == "bad", "the message is poison");
        Assert.Equal(["bad"], probe.Started);
    }

    [Fact]
    public async Task Message_that_is_not_in_the_agreed_encoding_is_poison_and_stops_no_other()
    {
        var probe = new FunctionProbe();
        await using var host = await FunctionHost.StartAsync<EncodedFunction>(azurite, probe, services =>
            services.Configure<QueuesOptions>(queues => queues.MessageEncoding = QueueMessageEncoding.Base64));

        await SendAsync("encoded", "this is not base64!");
        await SendAsync("encoded", "cGxhaW4=");

        await Eventually.True(() => probe.Started.Contains("plain"), "the other is handled");
        await Eventually.True(async () => await PeekAsync("encoded-poison") == "dGhpcyBpcyBub3QgYmFzZTY0IQ==", "the message is poison, in the encoding of its queue");
        Assert.Equal(["plain"], probe.Started);
    }

    [Fact]
    public async Task Message_stays_hidden_while_its_function_runs_longer_than_the_lease()
    {
        var requests = new QueueRequests();
        var release = new TaskCompletionSource();
        var probe = new FunctionProbe((_, _) => release.Task);
        await using var first = await FunctionHost.StartAsync<RenewedFunction>(azurite, probe, ShortLease, requests);
        await using var second = await FunctionHost.StartAsync<RenewedFunction>(azurite, probe, ShortLease, requests);

        await SendAsync("renewed", "long");

        // A lease is renewed three times in its length, so that this is after the end of the third one.
        await Eventually.True(() => requests.Updates >= 9, "the lease is renewed again and again");
        release.SetResult();
        await Eventually.True(() => IsEmptyAsync("renewed"), "the message is deleted");
        Assert.Equal(["long"], probe.Started);
    }

    [Fact]
    public async Task Function_killed_midway_is_run_again()
    {
        var killed = new FunctionProbe((_, _) => new TaskCompletionSource().Task);
        await using var first = await FunctionHost.StartAsync<KilledFunction>(azurite, killed, ShortLease);
        await SendAsync("killed", "half");
        await Eventually.True(() => killed.Started.Count == 1, "the function runs");
        await first.AbortAsync();

        var probe = new FunctionProbe();
        await using var second = await FunctionHost.StartAsync<KilledFunction>(azurite, probe, ShortLease);

        await Eventually.True(() => probe.Started.Count == 1, "it is run again");
        await Eventually.True(() => IsEmptyAsync("killed"), "the message is deleted");
    }

    [Fact]
    public async Task Stop_waits_for_the_running_function_and_takes_nothing_new()
    {
        var release = new TaskCompletionSource();
        var cancelled = false;
        var probe = new FunctionProbe(async (_, cancellation) =>
        {
            await release.Task;
            cancelled = cancellation.IsCancellationRequested;
        });
        await using var host = await FunctionHost.StartAsync<DrainedFunction>(azurite, probe, ShortLease);
        await SendAsync("drained", "running");
        await Eventually.True(() => probe.Started.Count == 1, "the function runs");

        var stop = host.StopAsync();
        await SendAsync("drained", "late");
        var stoppedEarly = stop.IsCompleted;
        release.SetResult();
        await stop;

        Assert.False(stoppedEarly);
        Assert.False(cancelled);
        Assert.Equal(["running"], probe.Started);
        Assert.Equal("late", await PeekAsync("drained"));
    }

    [Fact]
    public async Task Function_cancelled_at_the_end_of_the_drain_gives_its_message_back_at_once()
    {
        var probe = new FunctionProbe((_, cancellation) => Task.Delay(Timeout.Infinite, cancellation));
        await using var host = await FunctionHost.StartAsync<CancelledFunction>(azurite, probe, services =>
            services.Configure<QueuesOptions>(queues => queues.VisibilityTimeout = TimeSpan.FromHours(1)));
        await SendAsync("cancelled", "unfinished");
        await Eventually.True(() => probe.Started.Count == 1, "the function runs");

        await host.AbortAsync();

        Assert.Equal("unfinished", await PeekAsync("cancelled"));
    }

    [Fact]
    public async Task Message_received_while_the_host_begins_to_stop_is_given_back_at_once()
    {
        await SendAsync("unstarted", "early");
        var started = new TaskCompletionSource<FunctionHost>();
        var requests = new QueueRequests { AfterReceive = async () => await (await started.Task).StopTakingWorkAsync() };
        var probe = new FunctionProbe();
        await using var host = await FunctionHost.StartAsync<UnstartedFunction>(
            azurite,
            probe,
            services => services.Configure<QueuesOptions>(queues => queues.VisibilityTimeout = TimeSpan.FromHours(1)),
            requests);

        started.SetResult(host);

        await Eventually.True(() => requests.Updates == 1, "the message is given back");
        await host.StopAsync();
        Assert.Equal("early", await PeekAsync("unstarted"));
        Assert.Empty(probe.Started);
    }

    [Fact]
    public async Task Outage_is_logged_once_and_survived()
    {
        var requests = new QueueRequests();
        var log = new ErrorSpy();
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
        await SendAsync("outage", "after");

        await Eventually.True(() => probe.Started.Count == 1, "the message is handled");
        Assert.Equal(1, log.Errors);
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

    private static void RetryAtOnce(IServiceCollection services) =>
        services.Configure<QueuesOptions>(queues => queues.VisibilityTimeout = TimeSpan.Zero);

    private static void ShortLease(IServiceCollection services) =>
        services.Configure<QueuesOptions>(queues => queues.VisibilityTimeout = TimeSpan.FromSeconds(4));

    private async Task SendAsync(string name, string text)
    {
        var queue = azurite.Queue(name);
        await queue.CreateIfNotExistsAsync(cancellationToken: Cancellation);
        await queue.SendMessageAsync(text, Cancellation);
    }

    private async Task<bool> IsEmptyAsync(string name)
    {
        QueueProperties properties = await azurite.Queue(name).GetPropertiesAsync(Cancellation);
        return properties.ApproximateMessagesCount == 0;
    }

    private async Task<string?> PeekAsync(string name)
    {
        var queue = azurite.Queue(name);
        if (!await queue.ExistsAsync(Cancellation))
        {
            return null;
        }

        PeekedMessage? message = await queue.PeekMessageAsync(Cancellation);
        return message?.Body.ToString();
    }

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

    private sealed class RenewedFunction(FunctionProbe probe)
    {
        [Function("Renewed")]
        public Task RunAsync([QueueTrigger("renewed")] string message, CancellationToken cancellation) => probe.RunAsync(message, cancellation);
    }

    private sealed class KilledFunction(FunctionProbe probe)
    {
        [Function("Killed")]
        public Task RunAsync([QueueTrigger("killed")] string message, CancellationToken cancellation) => probe.RunAsync(message, cancellation);
    }

    private sealed class DrainedFunction(FunctionProbe probe)
    {
        [Function("Drained")]
        public Task RunAsync([QueueTrigger("drained")] string message, CancellationToken cancellation) => probe.RunAsync(message, cancellation);
    }

    private sealed class CancelledFunction(FunctionProbe probe)
    {
        [Function("Cancelled")]
        public Task RunAsync([QueueTrigger("cancelled")] string message, CancellationToken cancellation) => probe.RunAsync(message, cancellation);
    }

    private sealed class UnstartedFunction(FunctionProbe probe)
    {
        [Function("Unstarted")]
        public Task RunAsync([QueueTrigger("unstarted")] string message, CancellationToken cancellation) => probe.RunAsync(message, cancellation);
    }

    private sealed class OutageFunction(FunctionProbe probe)
    {
        [Function("Outage")]
        public Task RunAsync([QueueTrigger("outage")] string message, CancellationToken cancellation) => probe.RunAsync(message, cancellation);
    }

    private sealed class WokenFunction(FunctionProbe probe)
    {
        [Function("Woken")]
        public Task RunAsync([QueueTrigger("woken")] string message, CancellationToken cancellation) => probe.RunAsync(message, cancellation);
    }
}
