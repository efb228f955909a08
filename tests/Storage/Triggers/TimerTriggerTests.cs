using Microsoft.Extensions.DependencyInjection;
using Serverless.Hosts.Standalone.Timers;
using Serverless.Tests.Support;

namespace Serverless.Tests.Storage.Triggers;

public sealed class TimerTriggerTests(AzuriteFixture azurite)
{
    private const string EverySecond = "* * * * * *";
    private const string NewYear = "0 0 0 1 1 *";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_occurrence_runs_once_on_two_hosts()
    {
        void AddStore(IServiceCollection services) => services.AddSingleton(StoreOf("SharedTimer"));
        var probe = new FunctionProbe();
        await using var first = await FunctionHost.StartAsync<SharedTimerFunction>(azurite, probe, AddStore);
        await using var second = await FunctionHost.StartAsync<SharedTimerFunction>(azurite, probe, AddStore);

        await Eventually.True(() => probe.Started.Count >= 4, "several occurrences have run");
        await Task.WhenAll(first.StopAsync(), second.StopAsync());

        Assert.Equal(probe.Started.Distinct(), probe.Started);
    }

    [Fact]
    public async Task Occurrence_missed_while_nobody_ran_is_run_at_start()
    {
        var missed = DateTimeOffset.UtcNow.AddHours(-1);
        await StoreOf("PastDueTimer").ReadAsync(() => new TimerStatus(NewYear, null, missed), Cancellation);
        var probe = new FunctionProbe();

        await using var host = await FunctionHost.StartAsync<PastDueTimerFunction>(azurite, probe);

        await Eventually.True(async () => (await StatusOfAsync("PastDueTimer")).Last == missed, "the occurrence is written down");
        Assert.Equal(["past due"], probe.Started);
        Assert.True((await StatusOfAsync("PastDueTimer")).Next > DateTimeOffset.UtcNow);
    }

    [Fact]
    public async Task Unmonitored_timer_lets_a_missed_occurrence_go()
    {
        var missed = DateTimeOffset.UtcNow.AddHours(-1);
        await StoreOf("UnmonitoredTimer").ReadAsync(() => new TimerStatus(NewYear, null, missed), Cancellation);
        var probe = new FunctionProbe();

        await using var host = await FunctionHost.StartAsync<UnmonitoredTimerFunction>(azurite, probe);

        await Eventually.True(async () => (await StatusOfAsync("UnmonitoredTimer")).Next > DateTimeOffset.UtcNow, "the next occurrence is set");
        Assert.Empty(probe.Started);
    }

    [Fact]
    public async Task Timer_that_asks_for_it_runs_at_start()
    {
        var probe = new FunctionProbe();

        await using var host = await FunctionHost.StartAsync<StartupTimerFunction>(azurite, probe);

        await Eventually.True(() => probe.Started.Count == 1, "the function ran");
        Assert.Equal(["in time"], probe.Started);
    }

    [Fact]
    public async Task Failed_run_does_not_end_the_schedule()
    {
        var probe = new FunctionProbe((_, _) => throw new InvalidOperationException("always"));

        await using var host = await FunctionHost.StartAsync<FailingTimerFunction>(azurite, probe);

        await Eventually.True(() => probe.Started.Count >= 2, "it runs again");
    }

    [Fact]
    public async Task Run_that_was_cut_short_is_due_again_at_the_next_start()
    {
        var due = DateTimeOffset.UtcNow.AddHours(-1);
        await StoreOf("CutTimer").ReadAsync(() => new TimerStatus(NewYear, null, due), Cancellation);
        var cut = new FunctionProbe((_, cancellation) => Task.Delay(Timeout.Infinite, cancellation));
        await using var first = await FunctionHost.StartAsync<CutTimerFunction>(azurite, cut);
        await Eventually.True(() => cut.Started.Count == 1, "the function runs");
        await first.AbortAsync();

        var probe = new FunctionProbe();
        await using var second = await FunctionHost.StartAsync<CutTimerFunction>(azurite, probe);

        await Eventually.True(() => probe.Started.Count == 1, "it is run again");
    }

    private static string Describe(TimerInfo timer) => timer.IsPastDue ? "past due" : "in time";

    private TimerStore StoreOf(string function) => new(azurite.Container("serverless-host"), function);

    private Task<TimerStatus> StatusOfAsync(string function) =>
        StoreOf(function).ReadAsync(() => throw new InvalidOperationException("There is no status."), Cancellation);

    private sealed class SharedTimerFunction(FunctionProbe probe, TimerStore store)
    {
        [Function("SharedTimer")]
        public async Task RunAsync([TimerTrigger(EverySecond)] TimerInfo timer, CancellationToken cancellation)
        {
            // The occurrence that runs is the one the status names until the run is over.
            var status = await store.ReadAsync(() => throw new InvalidOperationException("There is no status."), cancellation);
            await probe.RunAsync($"{status.Next:O}", cancellation);
        }
    }

    private sealed class PastDueTimerFunction(FunctionProbe probe)
    {
        [Function("PastDueTimer")]
        public Task RunAsync([TimerTrigger(NewYear)] TimerInfo timer, CancellationToken cancellation) =>
            probe.RunAsync(Describe(timer), cancellation);
    }

    private sealed class UnmonitoredTimerFunction(FunctionProbe probe)
    {
        [Function("UnmonitoredTimer")]
        public Task RunAsync([TimerTrigger(NewYear, UseMonitor = false)] TimerInfo timer, CancellationToken cancellation) =>
            probe.RunAsync(Describe(timer), cancellation);
    }

    private sealed class StartupTimerFunction(FunctionProbe probe)
    {
        [Function("StartupTimer")]
        public Task RunAsync([TimerTrigger(NewYear, RunOnStartup = true)] TimerInfo timer, CancellationToken cancellation) =>
            probe.RunAsync(Describe(timer), cancellation);
    }

    private sealed class FailingTimerFunction(FunctionProbe probe)
    {
        [Function("FailingTimer")]
        public Task RunAsync([TimerTrigger(EverySecond)] TimerInfo timer, CancellationToken cancellation) =>
            probe.RunAsync(Describe(timer), cancellation);
    }

    private sealed class CutTimerFunction(FunctionProbe probe)
    {
        [Function("CutTimer")]
        public Task RunAsync([TimerTrigger(NewYear)] TimerInfo timer, CancellationToken cancellation) =>
            probe.RunAsync(Describe(timer), cancellation);
    }
}
