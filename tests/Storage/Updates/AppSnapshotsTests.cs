using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.Apps;
using Serverless.Devices;
using Serverless.Ledger;
using Serverless.Releases;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Faults;
using Serverless.Updates;

namespace Serverless.Tests.Storage.Updates;

/// <summary>One instance serves from its snapshots while another changes the app; time stands still unless a test moves it.</summary>
public sealed class AppSnapshotsTests(AzuriteFixture azurite, KeyFolder keys) : IAsyncLifetime
{
    private static readonly TimeSpan RefreshAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan MaxAgeInOutage = TimeSpan.FromHours(1);

    private readonly AppId _app = PipelineInstance.NewApp();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private StorageProxy _proxy = null!;
    private PipelineInstance _serving = null!;
    private PipelineInstance _changing = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private AppSnapshots Snapshots => _serving.Get<AppSnapshots>();

    public async ValueTask InitializeAsync()
    {
        _proxy = await StorageProxy.StartAsync(azurite.ConnectionString, Cancellation);
        _changing = await PipelineInstance.StartAsync(azurite.ConnectionString, keys);
        _serving = await PipelineInstance.StartAsync(
            _proxy.ConnectionString, keys, builder => builder.Services.AddSingleton<TimeProvider>(_time));
        await _changing.PublishAsync(_app, "1.0.0");
        await Snapshots.GetAsync(_app);
        _proxy.Forget();
    }

    [Fact]
    public async Task Up_to_date_checks_within_the_refresh_window_cost_no_storage_operation()
    {
        for (var device = 0; device < 1000; device++)
        {
            var answer = await _serving.CheckAsync(Device("1.0.0"));
            Assert.Equal(UpdateAnswer.KindUpToDate, answer.Kind);
        }

        Assert.Empty(_proxy.Requests);
    }

    [Fact]
    public async Task Refresh_costs_a_read_of_the_app_and_one_of_what_all_apps_share_when_nothing_changed()
    {
        var before = await Snapshots.GetAsync(_app);
        _time.Advance(MaxAge + RefreshAfter);

        var after = await Snapshots.GetAsync(_app);

        Assert.Same(before, after);
        Assert.Equal(["Table GET", "Table GET"], _proxy.Requests.Select(request => request.Kind));
    }

    [Fact]
    public async Task What_all_apps_share_is_read_once_however_many_of_them_are_refreshed()
    {
        AppId[] apps = [_app, await PublishOtherAsync(), await PublishOtherAsync()];
        await Task.WhenAll(apps.Select(app => Snapshots.GetAsync(app).AsTask()));
        _proxy.Forget();
        _time.Advance(MaxAge + RefreshAfter);

        await Task.WhenAll(apps.Select(app => Snapshots.GetAsync(app).AsTask()));

        Assert.Equal(1 + apps.Length, _proxy.Requests.Count);
    }

    [Fact]
    public async Task Change_for_all_apps_is_seen_within_the_maximum_age_of_what_was_read_before_it()
    {
        var app = await PublishOtherAsync();
        _time.Advance(RefreshAfter);
        var before = await Snapshots.GetAsync(app);
        await ChangeForAllAppsAsync(_changing);
        _time.Advance(MaxAge - RefreshAfter + TimeSpan.FromMilliseconds(1));

        Assert.True((await Snapshots.GetAsync(app)).SharedRevision > before.SharedRevision);
    }

    [Fact]
    public async Task Change_for_all_apps_is_seen_at_once_where_it_was_made_although_an_older_read_is_under_way()
    {
        var before = await Snapshots.GetAsync(_app);
        _time.Advance(RefreshAfter * 2);
        var held = 0;
        using var hold = _proxy.Hold(_ => Interlocked.Increment(ref held) == 1, Stage.AfterForwarding);
        await Snapshots.GetAsync(_app);
        await hold.Reached.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        await ChangeForAllAppsAsync(_serving);

        Snapshots.InvalidateAll();

        Assert.True((await Snapshots.GetAsync(_app)).SharedRevision > before.SharedRevision);
        hold.Release();
        await Eventually.True(() => hold.Waiting == 0, "The late answer should have arrived.");
        Assert.True((await Snapshots.GetAsync(_app)).SharedRevision > before.SharedRevision);
    }

    [Fact]
    public async Task However_many_wait_one_refresh_is_under_way()
    {
        _time.Advance(MaxAge + RefreshAfter);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Snapshots.GetAsync(_app).AsTask()));

        Assert.Equal(2, _proxy.Requests.Count);
    }

    [Fact]
    public async Task Snapshot_is_served_while_it_is_refreshed_in_the_background()
    {
        await _changing.PublishAsync(_app, "1.1.0");
        using var hold = _proxy.Hold(request => request.Service == StorageService.Table, Stage.BeforeForwarding);
        _time.Advance(RefreshAfter * 2);

        var duringRefresh = await Snapshots.GetAsync(_app);
        await hold.Reached.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        hold.Release();

        Assert.Equal("1.0.0", Target(duringRefresh));
        await Eventually.True(async () => Target(await Snapshots.GetAsync(_app)) == "1.1.0", "The background refresh should have brought the change.");
    }

    [Fact]
    public async Task Change_is_seen_within_the_maximum_age()
    {
        await _changing.PublishAsync(_app, "1.1.0");
        _time.Advance(MaxAge + TimeSpan.FromMilliseconds(1));

        Assert.Equal("1.1.0", Target(await Snapshots.GetAsync(_app)));
    }

    [Fact]
    public async Task Unknown_app_is_seen_once_it_exists()
    {
        var app = PipelineInstance.NewApp();
        var before = await Snapshots.GetAsync(app);
        await _changing.PublishAsync(app, "1.0.0");
        _time.Advance(MaxAge + RefreshAfter);

        var after = await Snapshots.GetAsync(app);

        Assert.Equal((false, true), (before.Exists, after.Exists));
    }

    [Fact]
    public async Task Made_up_app_ids_cost_no_more_reads_than_their_network_may_cause()
    {
        for (var i = 0; i < 300; i++)
        {
            Assert.False((await Snapshots.GetAsync(PipelineInstance.NewApp(), new NetworkTag(7))).Exists);
        }

        // Sixty, and what comes back in the meantime.
        Assert.InRange(_proxy.Requests.Count, 60, 120);
    }

    [Fact]
    public async Task Network_that_has_used_up_its_allowance_sees_the_apps_in_memory_alone()
    {
        var other = await PublishOtherAsync();

        // One a minute: longer than anything here takes.
        await using var strict = await PipelineInstance.StartAsync(_proxy.ConnectionString, keys, builder => builder.Configuration["Limits:UnfamiliarAppsPerNetwork"] = "1");
        var snapshots = strict.Get<AppSnapshots>();
        Assert.True((await snapshots.GetAsync(_app, new NetworkTag(7))).Exists);
        _proxy.Forget();

        Assert.False((await snapshots.GetAsync(other, new NetworkTag(7))).Exists);
        Assert.Empty(_proxy.Requests);
        Assert.True((await snapshots.GetAsync(_app, new NetworkTag(7))).Exists);
        Assert.True((await snapshots.GetAsync(other, new NetworkTag(8))).Exists);
    }

    [Fact]
    public async Task App_id_that_nobody_has_is_looked_up_once_in_the_maximum_age()
    {
        var app = PipelineInstance.NewApp();
        await Snapshots.GetAsync(app, new NetworkTag(7));
        _proxy.Forget();
        _time.Advance(MaxAge);

        for (var i = 0; i < 100; i++)
        {
            Assert.False((await Snapshots.GetAsync(app, new NetworkTag(7))).Exists);
        }

        Assert.Empty(_proxy.Requests);
    }

    [Fact]
    public async Task Made_up_app_ids_push_no_app_out_of_memory()
    {
        await using var small = await PipelineInstance.StartAsync(_proxy.ConnectionString, keys, builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(_time);
            builder.Configuration["Snapshots:MaxApps"] = "1";
        });
        await small.Get<AppSnapshots>().GetAsync(_app);
        for (var i = 0; i < 20; i++)
        {
            await small.Get<AppSnapshots>().GetAsync(PipelineInstance.NewApp());
        }

        _proxy.Forget();

        Assert.True((await small.Get<AppSnapshots>().GetAsync(_app)).Exists);
        Assert.Empty(_proxy.Requests);
    }

    [Fact]
    public async Task Offers_beyond_the_limit_are_not_written_down_and_silently_refused()
    {
        await using var busy = await PipelineInstance.StartAsync(_proxy.ConnectionString, keys, builder => builder.Configuration["Limits:OffersPerApp"] = "1");
        await busy.CheckAsync(Device("builtin"));
        _proxy.Forget();

        var refused = await busy.CheckAsync(Device("builtin"));
        var upToDate = await busy.CheckAsync(Device("1.0.0"));

        Assert.Equal(("too_many_requests", UpdateAnswer.KindBlocked, "builtin"), (refused.Error, refused.Kind, refused.Version));
        Assert.Equal(UpdateAnswer.KindUpToDate, upToDate.Kind);
        Assert.DoesNotContain("Table POST", _proxy.Requests.Select(request => request.Kind));
    }

    [Fact]
    public async Task Outage_serves_the_last_snapshot_and_then_refuses()
    {
        using var outage = _proxy.Reset(_ => true, times: int.MaxValue);
        _time.Advance(MaxAgeInOutage - RefreshAfter);
        var during = await _serving.CheckAsync(Device("1.0.0"));
        _time.Advance(RefreshAfter * 2);
        var after = await _serving.CheckAsync(Device("1.0.0"));

        Assert.Equal(UpdateAnswer.KindUpToDate, during.Kind);
        Assert.Equal((UpdateAnswer.KindBlocked, "temporarily_unavailable"), (after.Kind, after.Error));
        await Assert.ThrowsAnyAsync<Exception>(async () => await Snapshots.GetAsync(_app));
    }

    [Fact]
    public async Task Invalidated_snapshot_is_read_anew()
    {
        await _changing.PublishAsync(_app, "1.1.0");

        Snapshots.Invalidate(_app);

        Assert.Equal("1.1.0", Target(await Snapshots.GetAsync(_app)));
    }

    [Fact]
    public async Task Refresh_that_was_under_way_at_an_invalidation_does_not_bring_the_past_back()
    {
        _time.Advance(RefreshAfter * 2);
        var seen = 0;

        // The first is of what all apps share, the second of the app.
        using var hold = _proxy.Hold(_ => Interlocked.Increment(ref seen) == 2, Stage.AfterForwarding);
        await Snapshots.GetAsync(_app);
        await hold.Reached.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);

        await _changing.PublishAsync(_app, "1.1.0");
        Snapshots.Invalidate(_app);
        var anew = await Snapshots.GetAsync(_app);
        hold.Release();
        await Eventually.True(() => hold.Waiting == 0, "The late answer should have arrived.");

        Assert.Equal("1.1.0", Target(anew));
        Assert.Equal("1.1.0", Target(await Snapshots.GetAsync(_app)));
    }

    [Fact]
    public async Task Offer_costs_one_write_and_the_first_of_a_release_one_read_of_its_list()
    {
        var first = await _serving.CheckAsync(Device("builtin"));
        var second = await _serving.CheckAsync(Device("builtin"));

        Assert.Equal(("1.0.0", "1.0.0"), (first.Version, second.Version));
        Assert.Equal(first.Manifest, second.Manifest);
        Assert.Equal(["Table POST", "Blob GET", "Table POST"], _proxy.Requests.Select(request => request.Kind));
    }

    [Fact]
    public async Task Change_of_an_app_costs_a_read_of_the_releases_that_it_touched_and_of_no_others()
    {
        await _changing.PublishAsync(_app, "1.1.0", "beta");
        _time.Advance(MaxAge + RefreshAfter);

        var snapshot = await Snapshots.GetAsync(_app);

        Assert.Equal(["1.0.0", "1.1.0"], snapshot.Releases.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("1.1.0", Assert.Single(ReleasesRead()));
    }

    [Fact]
    public async Task Release_that_is_known_is_read_again_once_it_changed()
    {
        var known = (await Snapshots.GetAsync(_app)).Releases["1.0.0"];
        await _changing.Get<ReleaseCatalog>().ChangeAsync(
            _app, (_, _) => Task.FromResult<CatalogChange?>(new CatalogChange { Releases = [known with { PausedBecause = "It looks bad." }], Ledger = [] }), Cancellation);
        _time.Advance(MaxAge + RefreshAfter);

        Assert.Equal("It looks bad.", (await Snapshots.GetAsync(_app)).Releases["1.0.0"].PausedBecause);
    }

    [Fact]
    public async Task Reading_that_took_too_long_goes_on_where_it_stopped()
    {
        await _changing.PublishAsync(_app, "1.1.0", "beta");
        await using var another = await PipelineInstance.StartAsync(_proxy.ConnectionString, keys, builder => builder.Services.AddSingleton<TimeProvider>(_time));
        using (var hold = _proxy.Hold(request => Release(request) is "1.1.0", Stage.BeforeForwarding))
        {
            var late = another.Get<AppSnapshots>().GetAsync(_app).AsTask();
            await hold.Reached.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
            await Eventually.True(() => _proxy.Requests.Any(request => request.Path.EndsWith(".jws", StringComparison.Ordinal)), "The other release should be proven.");
            _time.Advance(RefreshedSnapshot.ReadTimeout);
            await Assert.ThrowsAsync<TimeoutException>(() => late);
            hold.Release();
        }

        _proxy.Forget();

        Assert.Equal(2, (await another.Get<AppSnapshots>().GetAsync(_app)).Releases.Count);
        Assert.Equal("1.1.0", Assert.Single(ReleasesRead()));
    }

    public async ValueTask DisposeAsync()
    {
        await _serving.DisposeAsync();
        await _changing.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    private static string? Target(AppSnapshot snapshot) => Assert.Single(snapshot.Channels).Value.Target?.Value;

    /// <returns>The version of the release whose row is read; null for other requests.</returns>
    private static string? Release(StorageRequest request) =>
        request is { Service: StorageService.Table, Method: "GET" } && Uri.UnescapeDataString(request.Path).Split("RowKey='release:") is [_, var key] ? key.Split('\'')[0] : null;

    private static Task ChangeForAllAppsAsync(PipelineInstance instance) =>
        instance.Get<ReleaseCatalog>().RecordAsync(new LedgerEntry(LedgerKind.BundleRejected, "test", "x", "y"), Sha256Digest.Of(Guid.NewGuid().ToByteArray()), Cancellation);

    private IEnumerable<string> ReleasesRead() => _proxy.Requests.Select(Release).OfType<string>();

    private async Task<AppId> PublishOtherAsync()
    {
        var app = PipelineInstance.NewApp();
        await _changing.PublishAsync(app, "1.0.0");
        return app;
    }

    private DeviceRequest Device(string version)
    {
        var info = new DeviceInfo
        {
            AppId = _app.Value,
            DeviceId = Guid.NewGuid().ToString(),
            Platform = "android",
            VersionBuild = "1.0",
            VersionName = version,
            PluginVersion = "8.51.23",
        };
        return DeviceRequest.Parse(info, _serving.Get<Pepper>(), out var device) is null ? device : throw new InvalidOperationException("Not a device.");
    }
}
