using Microsoft.Extensions.DependencyInjection;
using Serverless.Apps;
using Serverless.Devices;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Statistics;
using Serverless.Tests.Storage.Outcomes;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Faults;

namespace Serverless.Tests.Storage.Statistics;

/// <summary>What instances count comes together in storage, once.</summary>
public sealed class StatisticsFlushTests(AzuriteFixture azurite, KeyFolder keys) : IAsyncLifetime
{
    private const string Version = "1.0.0";

    private readonly AppId _app = PipelineInstance.NewApp();
    private readonly ShiftedTime _time = new();
    private StorageProxy _proxy = null!;
    private PipelineInstance _pipeline = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        // Far from the end of an hour and of a day.
        _time.Advance(TimeStep.Day.Ceiling(_time.GetUtcNow()) + TimeSpan.FromHours(12.5) - _time.GetUtcNow());
        _proxy = await StorageProxy.StartAsync(azurite.ConnectionString, Cancellation);
        _pipeline = await StartAsync();
        await _pipeline.PublishAsync(_app, Version);
    }

    [Fact]
    public async Task Instances_that_count_the_same_app_add_up_and_a_device_of_both_counts_once()
    {
        await using var other = await StartAsync();
        foreach (var instance in new[] { _pipeline, other })
        {
            await instance.CheckAsync(Device(1, Version));
            await instance.CheckAsync(Device(2, "builtin"));
            await FlushAsync(instance);
            await instance.CheckAsync(Device(1, Version));
            await FlushAsync(instance);
            await FlushAsync(instance);
        }

        await other.CheckAsync(Device(3, Version) with { Platform = "android" });
        await FlushAsync(other);

        var byVersion = await ReadAsync(Grouping.Version);
        Assert.Equal([("1.0.0", 5, 2, 2), ("builtin", 2, 0, 1)], byVersion.Select(series => (series.Name, series.Checks.Sum(), series.Offers.Sum(), series.ActiveDevices!.Max())));
        var byPlatform = await ReadAsync(Grouping.Platform);
        Assert.Equal([("android", 1, 1), ("ios", 6, 2)], byPlatform.Select(series => (series.Name, series.Checks.Sum(), series.ActiveDevices!.Max())));
        var all = Assert.Single(await ReadAsync(by: null));
        Assert.Equal((7, 3), (all.Checks.Sum(), all.ActiveDevices!.Max()));
    }

    [Fact]
    public async Task Write_that_arrived_and_was_not_answered_counts_once()
    {
        await _pipeline.CheckAsync(Device(1, Version));
        using (_proxy.Fail(request => request.IsWrite && request.Service is StorageService.Table, 400, times: 1, Stage.AfterForwarding))
        {
            await Assert.ThrowsAnyAsync<Azure.RequestFailedException>(() => FlushAsync(_pipeline));
        }

        await _pipeline.CheckAsync(Device(1, Version));
        await FlushAsync(_pipeline);

        Assert.Equal(2, Assert.Single(await ReadAsync(by: null)).Checks.Sum());
    }

    [Fact]
    public async Task Versions_that_are_no_release_are_counted_together()
    {
        await _pipeline.CheckAsync(Device(1, "7.7.7"));
        await _pipeline.CheckAsync(Device(2, "someone else's"));
        await FlushAsync(_pipeline);

        var series = Assert.Single(await ReadAsync(Grouping.Version), series => series.Checks.Sum() > 0);
        Assert.Equal(("other", 2, 2), (series.Name, series.Checks.Sum(), series.ActiveDevices!.Max()));
    }

    [Fact]
    public async Task Release_that_no_channel_leads_to_any_more_has_its_own_series()
    {
        await _pipeline.PublishAsync(_app, "1.1.0");
        await _pipeline.PublishAsync(_app, "1.2.0");
        await using var later = await StartAsync();

        await later.CheckAsync(Device(1, Version));
        await FlushAsync(later);

        var series = Assert.Single(await ReadAsync(Grouping.Version), series => series.Checks.Sum() > 0);
        Assert.Equal((Version, 1), (series.Name, series.ActiveDevices!.Max()));
    }

    [Fact]
    public async Task Verdict_counts_once_however_often_it_is_reported()
    {
        var (good, bad) = (Voters.New(), Voters.New());
        var key = new TallyKey(_app, BundleVersion.Parse(Version));
        var outcomes = _pipeline.Get<OutcomeStore>();
        foreach (var device in new[] { good, bad })
        {
            await outcomes.OfferAsync(_app, key.Version, device, Cancellation);
        }

        Vote[] votes = [Voters.Good(good) with { Cells = new DeviceCells("ios", null, null, null) }, Voters.Failed(bad), Voters.Failed(Voters.New())];
        await outcomes.RecordAsync(key, votes, Cancellation);
        await outcomes.RecordAsync(key, votes, Cancellation);
        await FlushAsync(_pipeline);

        Assert.Equal([("ios", 1, 0), ("other", 0, 1)], (await ReadAsync(Grouping.Platform)).Select(series => (series.Name, series.Good.Sum(), series.Failed.Sum())));
    }

    [Fact]
    public async Task Devices_of_the_server_are_not_counted()
    {
        await _pipeline.CheckAsync(Device(1, "builtin") with { IsSynthetic = true });
        await FlushAsync(_pipeline);

        Assert.Empty(await ReadAsync(by: null));
    }

    [Fact]
    public async Task Check_that_is_up_to_date_costs_no_storage_operation()
    {
        await _pipeline.CheckAsync(Device(1, Version));
        _proxy.Forget();

        await _pipeline.CheckAsync(Device(1, Version));
        await _pipeline.CheckAsync(Device(2, Version));

        Assert.Empty(_proxy.Requests);
    }

    [Fact]
    public async Task Overview_tells_today_by_version()
    {
        foreach (var device in Enumerable.Range(1, 4))
        {
            await _pipeline.CheckAsync(Device(device, device == 4 ? "builtin" : Version));
        }

        await FlushAsync(_pipeline);

        var overview = await _pipeline.Get<StatisticsReading>().ReadOverviewAsync(_app, Cancellation);
        Assert.Equal((4, 1, 4, 4, 4), (overview.LastHour.Checks, overview.LastHour.Offers, overview.LastDay.Checks, overview.LastHour.Checks, overview.ActiveDevicesToday));
        Assert.Equal([new VersionShare(Version, 3, 0.75), new VersionShare("builtin", 1, 0.25)], overview.Adoption);
        Assert.Null(overview.LastDay.SuccessRate);
    }

    public async ValueTask DisposeAsync()
    {
        await _pipeline.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    private static Task FlushAsync(PipelineInstance instance) => instance.Get<StatisticsFlush>().RunAsync(Cancellation);

    private Task<PipelineInstance> StartAsync() => PipelineInstance.StartAsync(
        _proxy.ConnectionString, keys, builder => builder.Services.AddSingleton<TimeProvider>(_time));

    private async Task<IReadOnlyList<StatisticsSeries>> ReadAsync(Grouping? by)
    {
        var now = _time.GetUtcNow();
        var query = new StatisticsQuery(TimeStep.Hour.Floor(now) - TimeSpan.FromHours(1), TimeStep.Hour.Ceiling(now), TimeStep.Hour, by);
        return (await _pipeline.Get<StatisticsReading>().ReadAsync(_app, query, Cancellation)).Series;
    }

    /// <summary>Devices that are told apart by the first digits of their pseudonym, and so each by a register of its own.</summary>
    private DeviceRequest Device(int number, string running) => new()
    {
        App = _app,
        Device = DevicePseudonym.TryParse($"{number:x3}8{new string('0', 28)}", out var device) ? device : throw new ArgumentOutOfRangeException(nameof(number)),
        Platform = "ios",
        VersionBuild = "1.0.0-rc.1",
        Native = NativeVersion.TryParse("1.0.0-rc.1"),
        VersionName = running,
        Plugin = PluginVersion.TryParse("8.51.23", out var plugin) ? plugin : throw new InvalidOperationException("Not a version."),
    };
}
