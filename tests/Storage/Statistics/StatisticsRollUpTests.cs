using Azure;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Apps;
using Serverless.Statistics;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Faults;

namespace Serverless.Tests.Storage.Statistics;

/// <summary>Minutes become hours and days, whatever happens to the runs that make them. On a storage account of its own, because a run goes through all apps.</summary>
public sealed class StatisticsRollUpTests(AzuriteFixture azurite, KeyFolder keys) : IClassFixture<AzuriteFixture>, IAsyncLifetime
{
    private static readonly SeriesKey Key = new("1.0.0", "ios");

    private readonly AppId _app = PipelineInstance.NewApp();
    private readonly ShiftedTime _time = new();
    private readonly Dictionary<DateTimeOffset, long> _happened = [];
    private StorageProxy _proxy = null!;
    private PipelineInstance _pipeline = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private UsageStore Usage => _pipeline.Get<UsageStore>();

    public async ValueTask InitializeAsync()
    {
        _proxy = await StorageProxy.StartAsync(azurite.ConnectionString, Cancellation);
        _pipeline = await PipelineInstance.StartAsync(_proxy.ConnectionString, keys, builder => builder.Services.AddSingleton<TimeProvider>(_time));
        await _pipeline.PublishAsync(_app, "1.0.0");
    }

    [Fact]
    public async Task Runs_that_die_at_any_write_and_come_again_leave_what_one_run_would()
    {
        var now = TimeStep.Minute.Floor(_time.GetUtcNow());
        foreach (var minutes in new[] { 0, 1, 59, 60, 61, 200, 1_000, 1_500, 2_000 })
        {
            await HappenAsync(now - TimeSpan.FromMinutes(minutes), minutes + 1);
        }

        await SurviveAsync(() => _pipeline.Get<StatisticsRollUp>().RunAsync(Cancellation));
        await RequireAsync();

        // What an instance could not store in time is in the hour as well once it is there.
        await HappenAsync(now - TimeSpan.FromMinutes(30), 7);
        await _pipeline.Get<StatisticsRollUp>().RunAsync(Cancellation);
        await RequireAsync();

        _time.Advance(TimeSpan.FromDays(5));
        await SurviveAsync(() => _pipeline.Get<StatisticsRollUp>().SweepAsync(Cancellation));
        Assert.Empty(await Usage.ReadAsync(_app, TimeStep.Minute, DateTimeOffset.MinValue, now + TimeSpan.FromDays(1), Cancellation));
        await RequireAsync();
    }

    [Fact]
    public async Task What_is_left_of_minutes_that_are_being_deleted_changes_no_hour()
    {
        var now = TimeStep.Minute.Floor(_time.GetUtcNow());
        await HappenAsync(now - TimeSpan.FromMinutes(1), 5);
        await HappenAsync(now, 6);
        await _pipeline.Get<StatisticsRollUp>().RunAsync(Cancellation);

        _time.Advance(TimeSpan.FromDays(5));
        await Usage.ForgetAsync(_app, TimeStep.Minute, TimeStep.Day.Floor(_time.GetUtcNow()), most: 3, Cancellation);
        await _pipeline.Get<StatisticsRollUp>().RunAsync(Cancellation);

        Assert.Single(await Usage.ReadAsync(_app, TimeStep.Minute, DateTimeOffset.MinValue, now + TimeSpan.FromDays(1), Cancellation));
        await RequireAsync();
    }

    [Fact]
    public async Task Minutes_that_no_timer_came_for_are_rolled_up_before_they_are_deleted()
    {
        var now = TimeStep.Minute.Floor(_time.GetUtcNow());
        await HappenAsync(now, 5);
        await _pipeline.Get<StatisticsRollUp>().RunAsync(Cancellation);
        await HappenAsync(now + TimeSpan.FromMinutes(1), 6);
        await HappenAsync(now + TimeSpan.FromHours(30), 7);

        _time.Advance(TimeSpan.FromDays(20));
        await _pipeline.Get<StatisticsRollUp>().SweepAsync(Cancellation);

        Assert.Empty(await Usage.ReadAsync(_app, TimeStep.Minute, DateTimeOffset.MinValue, _time.GetUtcNow(), Cancellation));
        await RequireAsync();
    }

    [Fact]
    public async Task Every_step_is_forgotten_in_its_time()
    {
        var now = TimeStep.Minute.Floor(_time.GetUtcNow());
        await HappenAsync(now, 5);
        await _pipeline.Get<ActiveDevices>().MergeAsync(
            _app, TimeStep.Hour, TimeStep.Hour.Floor(now), new Dictionary<DeviceGroup, DistinctCount> { [DeviceGroup.All] = DistinctCount.Zero.Add(1) }, Cancellation);

        Assert.Equal((1, 0, 0), await SweptAsync(TimeSpan.Zero, expected: step => step is TimeStep.Minute));
        Assert.Equal((0, 1, 1), await SweptAsync(TimeSpan.FromDays(4), expected: _ => true));
        Assert.Equal((0, 0, 1), await SweptAsync(TimeSpan.FromDays(60), expected: _ => true));
        Assert.Empty(await _pipeline.Get<ActiveDevices>().ReadAsync(_app, TimeStep.Hour, now - TimeSpan.FromDays(1), now + TimeSpan.FromDays(1), Cancellation));
        Assert.Equal((0, 0, 0), await SweptAsync(TimeSpan.FromDays(1_100), expected: _ => true));

        async Task<(int Minutes, int Hours, int Days)> SweptAsync(TimeSpan later, Func<TimeStep, bool> expected)
        {
            _time.Advance(later);
            await _pipeline.Get<StatisticsRollUp>().SweepAsync(Cancellation);
            return (await CountAsync(TimeStep.Minute), await CountAsync(TimeStep.Hour), await CountAsync(TimeStep.Day));

            async Task<int> CountAsync(TimeStep step) =>
                expected(step) ? (await Usage.ReadAsync(_app, step, DateTimeOffset.MinValue, _time.GetUtcNow() + TimeSpan.FromDays(1), Cancellation)).Count : 0;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _pipeline.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    /// <summary>Lets it die before its first write, after it, before its second, and so on until it comes to its end.</summary>
    private async Task SurviveAsync(Func<Task> run)
    {
        for (var write = 1; ; write++)
        {
            foreach (var stage in Enum.GetValues<Stage>())
            {
                var writes = 0;
                using var death = _proxy.Fail(request => request.IsWrite && request.Service is StorageService.Table && ++writes == write, 400, times: 1, stage);
                try
                {
                    await run();
                }
                catch (RequestFailedException)
                {
                    continue;
                }

                Assert.InRange(write, 3, 100);
                return;
            }
        }
    }

    /// <summary>Two instances each count so many installations.</summary>
    private async Task HappenAsync(DateTimeOffset minute, long count)
    {
        foreach (var shard in new[] { "a", "b" })
        {
            await Usage.PutAsync(_app, TimeStep.Minute, minute, shard, UsageFrame.Empty.Add(Key, Measures.Of(Measure.Installs, count)), Cancellation);
        }

        _happened[minute] = 2 * count;
    }

    private async Task RequireAsync()
    {
        Assert.Equal(Expected(at => new DateTimeOffset(at.Year, at.Month, at.Day, at.Hour, 0, 0, TimeSpan.Zero)), await ReadAsync(TimeStep.Hour));
        Assert.Equal(Expected(at => new DateTimeOffset(at.Year, at.Month, at.Day, 0, 0, 0, TimeSpan.Zero)), await ReadAsync(TimeStep.Day));
    }

    private IEnumerable<(DateTimeOffset At, long Count)> Expected(Func<DateTimeOffset, DateTimeOffset> period) =>
        _happened.GroupBy(minute => period(minute.Key), (at, minutes) => (at, minutes.Sum(minute => minute.Value))).OrderBy(point => point.at);

    private async Task<IEnumerable<(DateTimeOffset At, long Count)>> ReadAsync(TimeStep step) =>
        (await Usage.ReadAsync(_app, step, DateTimeOffset.MinValue, _time.GetUtcNow() + TimeSpan.FromDays(1), Cancellation))
            .Select(frame => (frame.Key, frame.Value.Series[Key][Measure.Installs]));
}
