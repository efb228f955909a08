using Microsoft.Extensions.DependencyInjection;
using Serverless.Hosts.Standalone.Queues;
using Serverless.Tests.Support;

namespace Serverless.Tests.Storage.Triggers;

/// <summary>What becomes of messages whose host stops or dies.</summary>
public sealed class QueueStopTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Function_killed_midway_is_run_again()
    {
        var killed = new FunctionProbe((_, _) => new TaskCompletionSource().Task);
        await using var first = await FunctionHost.StartAsync<KilledFunction>(azurite, killed, ShortLease);
        await azurite.SendAsync("killed", "half");
        await Eventually.True(() => killed.Started.Count == 1, "the function runs");
        await first.AbortAsync();

        var probe = new FunctionProbe();
        await using var second = await FunctionHost.StartAsync<KilledFunction>(azurite, probe, ShortLease);

        await Eventually.True(() => probe.Started.Count == 1, "it is run again");
        await Eventually.True(() => azurite.IsEmptyAsync("killed"), "the message is deleted");
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
        await azurite.SendAsync("drained", "running");
        await Eventually.True(() => probe.Started.Count == 1, "the function runs");

        var stop = host.StopAsync();
        await azurite.SendAsync("drained", "late");
        var stoppedEarly = stop.IsCompleted;
        release.SetResult();
        await stop;

        Assert.False(stoppedEarly);
        Assert.False(cancelled);
        Assert.Equal(["running"], probe.Started);
        Assert.Equal("late", await azurite.PeekAsync("drained"));
    }

    [Fact]
    public async Task Function_cancelled_at_the_end_of_the_drain_gives_its_message_back_at_once()
    {
        var probe = new FunctionProbe((_, cancellation) => Task.Delay(Timeout.Infinite, cancellation));
        await using var host = await FunctionHost.StartAsync<CancelledFunction>(azurite, probe, services =>
            services.Configure<QueuesOptions>(queues => queues.VisibilityTimeout = TimeSpan.FromHours(1)));
        await azurite.SendAsync("cancelled", "unfinished");
        await Eventually.True(() => probe.Started.Count == 1, "the function runs");

        await host.AbortAsync();

        Assert.Equal("unfinished", await azurite.PeekAsync("cancelled"));
    }

    [Fact]
    public async Task Message_received_while_the_host_begins_to_stop_is_given_back_at_once()
    {
        await azurite.SendAsync("unstarted", "early");
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
        Assert.Equal("early", await azurite.PeekAsync("unstarted"));
        Assert.Empty(probe.Started);
    }

    private static void ShortLease(IServiceCollection services) =>
        services.Configure<QueuesOptions>(queues => queues.VisibilityTimeout = TimeSpan.FromSeconds(4));

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
}
