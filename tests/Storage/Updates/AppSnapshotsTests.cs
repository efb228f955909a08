using Microsoft.Extensions.DependencyInjection;
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
    private static readonly TimeSpan MaxAgeInOutage = TimeSpan.FromHours(1);

    private SnapshotLab _lab = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private AppSnapshots Snapshots => _lab.Snapshots;

    public async ValueTask InitializeAsync() => _lab = await SnapshotLab.StartAsync(azurite.ConnectionString, keys);

    [Fact]
    public async Task Up_to_date_checks_within_the_refresh_window_cost_no_storage_operation()
    {
        for (var device = 0; device < 1000; device++)
        {
            var answer = await _lab.Serving.CheckAsync(Device("1.0.0"));
            Assert.Equal(UpdateAnswer.KindUpToDate, answer.Kind);
        }

        Assert.Empty(_lab.Proxy.Requests);
    }

    [Fact]
    public async Task Refresh_costs_a_read_of_the_app_and_one_of_what_all_apps_share_when_nothing_changed()
    {
        var before = await Snapshots.GetAsync(_lab.App);
        _lab.Time.Advance(SnapshotLab.MaxAge + SnapshotLab.RefreshAfter);

        var after = await Snapshots.GetAsync(_lab.App);

        Assert.Same(before, after);
        Assert.Equal(["Table GET", "Table GET"], _lab.Proxy.Requests.Select(request => request.Kind));
    }

    [Fact]
    public async Task What_all_apps_share_is_read_once_however_many_of_them_are_refreshed()
    {
        AppId[] apps = [_lab.App, await _lab.PublishOtherAsync(), await _lab.PublishOtherAsync()];
        await Task.WhenAll(apps.Select(app => Snapshots.GetAsync(app).AsTask()));
        _lab.Proxy.Forget();
        _lab.Time.Advance(SnapshotLab.MaxAge + SnapshotLab.RefreshAfter);

        await Task.WhenAll(apps.Select(app => Snapshots.GetAsync(app).AsTask()));

        Assert.Equal(1 + apps.Length, _lab.Proxy.Requests.Count);
    }

    [Fact]
    public async Task Change_for_all_apps_is_seen_within_the_maximum_age_of_what_was_read_before_it()
    {
        var app = await _lab.PublishOtherAsync();
        _lab.Time.Advance(SnapshotLab.RefreshAfter);
        var before = await Snapshots.GetAsync(app);
        await ChangeForAllAppsAsync(_lab.Changing);
        _lab.Time.Advance(SnapshotLab.MaxAge - SnapshotLab.RefreshAfter + TimeSpan.FromMilliseconds(1));

        Assert.True((await Snapshots.GetAsync(app)).SharedRevision > before.SharedRevision);
    }

    [Fact]
    public async Task Change_for_all_apps_is_seen_at_once_where_it_was_made_although_an_older_read_is_under_way()
    {
        var before = await Snapshots.GetAsync(_lab.App);
        _lab.Time.Advance(SnapshotLab.RefreshAfter * 2);
        var held = 0;
        using var hold = _lab.Proxy.Hold(_ => Interlocked.Increment(ref held) == 1, Stage.AfterForwarding);
        await Snapshots.GetAsync(_lab.App);
        await hold.Reached.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        await ChangeForAllAppsAsync(_lab.Serving);

        Snapshots.InvalidateAll();

        Assert.True((await Snapshots.GetAsync(_lab.App)).SharedRevision > before.SharedRevision);
        hold.Release();
        await Eventually.True(() => hold.Waiting == 0, "The late answer should have arrived.");
        Assert.True((await Snapshots.GetAsync(_lab.App)).SharedRevision > before.SharedRevision);
    }

    [Fact]
    public async Task However_many_wait_one_refresh_is_under_way()
    {
        _lab.Time.Advance(SnapshotLab.MaxAge + SnapshotLab.RefreshAfter);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Snapshots.GetAsync(_lab.App).AsTask()));

        Assert.Equal(2, _lab.Proxy.Requests.Count);
    }

    [Fact]
    public async Task Snapshot_is_served_while_it_is_refreshed_in_the_background()
    {
        await _lab.Changing.PublishAsync(_lab.App, "1.1.0");
        using var hold = _lab.Proxy.Hold(request => request.Service == StorageService.Table, Stage.BeforeForwarding);
        _lab.Time.Advance(SnapshotLab.RefreshAfter * 2);

        var duringRefresh = await Snapshots.GetAsync(_lab.App);
        await hold.Reached.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        hold.Release();

        Assert.Equal("1.0.0", Target(duringRefresh));
        await Eventually.True(async () => Target(await Snapshots.GetAsync(_lab.App)) == "1.1.0", "The background refresh should have brought the change.");
    }

    [Fact]
    public async Task Change_is_seen_within_the_maximum_age()
    {
        await _lab.Changing.PublishAsync(_lab.App, "1.1.0");
        _lab.Time.Advance(SnapshotLab.MaxAge + TimeSpan.FromMilliseconds(1));

        Assert.Equal("1.1.0", Target(await Snapshots.GetAsync(_lab.App)));
    }

    [Fact]
    public async Task Offers_beyond_the_limit_are_not_written_down_and_silently_refused()
    {
        await using var busy = await PipelineInstance.StartAsync(_lab.Proxy.ConnectionString, keys, builder => builder.Configuration["Limits:OffersPerApp"] = "1");
        await busy.CheckAsync(Device("builtin"));
        _lab.Proxy.Forget();

        var refused = await busy.CheckAsync(Device("builtin"));
        var upToDate = await busy.CheckAsync(Device("1.0.0"));

        Assert.Equal(("too_many_requests", UpdateAnswer.KindBlocked, "builtin"), (refused.Error, refused.Kind, refused.Version));
        Assert.Equal(UpdateAnswer.KindUpToDate, upToDate.Kind);
        Assert.DoesNotContain("Table POST", _lab.Proxy.Requests.Select(request => request.Kind));
    }

    [Fact]
    public async Task Outage_serves_the_last_snapshot_and_then_refuses()
    {
        using var outage = _lab.Proxy.Reset(_ => true, times: int.MaxValue);
        _lab.Time.Advance(MaxAgeInOutage - SnapshotLab.RefreshAfter);
        var during = await _lab.Serving.CheckAsync(Device("1.0.0"));
        _lab.Time.Advance(SnapshotLab.RefreshAfter * 2);
        var after = await _lab.Serving.CheckAsync(Device("1.0.0"));

        Assert.Equal(UpdateAnswer.KindUpToDate, during.Kind);
        Assert.Equal((UpdateAnswer.KindBlocked, "temporarily_unavailable"), (after.Kind, after.Error));
        await Assert.ThrowsAnyAsync<Exception>(async () => await Snapshots.GetAsync(_lab.App));
    }

    [Fact]
    public async Task Invalidated_snapshot_is_read_anew()
    {
        await _lab.Changing.PublishAsync(_lab.App, "1.1.0");

        Snapshots.Invalidate(_lab.App);

        Assert.Equal("1.1.0", Target(await Snapshots.GetAsync(_lab.App)));
    }

    [Fact]
    public async Task Refresh_that_was_under_way_at_an_invalidation_does_not_bring_the_past_back()
    {
        _lab.Time.Advance(SnapshotLab.RefreshAfter * 2);
        var seen = 0;

        // The first is of what all apps share, the second of the app.
        using var hold = _lab.Proxy.Hold(_ => Interlocked.Increment(ref seen) == 2, Stage.AfterForwarding);
        await Snapshots.GetAsync(_lab.App);
        await hold.Reached.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);

        await _lab.Changing.PublishAsync(_lab.App, "1.1.0");
        Snapshots.Invalidate(_lab.App);
        var anew = await Snapshots.GetAsync(_lab.App);
        hold.Release();
        await Eventually.True(() => hold.Waiting == 0, "The late answer should have arrived.");

        Assert.Equal("1.1.0", Target(anew));
        Assert.Equal("1.1.0", Target(await Snapshots.GetAsync(_lab.App)));
    }

    [Fact]
    public async Task Offer_costs_one_write_and_the_first_of_a_release_one_read_of_its_list()
    {
        var first = await _lab.Serving.CheckAsync(Device("builtin"));
        var second = await _lab.Serving.CheckAsync(Device("builtin"));

        Assert.Equal(("1.0.0", "1.0.0"), (first.Version, second.Version));
        Assert.Equal(first.Manifest, second.Manifest);
        Assert.Equal(["Table POST", "Blob GET", "Table POST"], _lab.Proxy.Requests.Select(request => request.Kind));
    }

    [Fact]
    public async Task Change_of_an_app_costs_a_read_of_the_releases_that_it_touched_and_of_no_others()
    {
        await _lab.Changing.PublishAsync(_lab.App, "1.1.0", "beta");
        _lab.Time.Advance(SnapshotLab.MaxAge + SnapshotLab.RefreshAfter);

        var snapshot = await Snapshots.GetAsync(_lab.App);

        Assert.Equal(["1.0.0", "1.1.0"], snapshot.Releases.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("1.1.0", Assert.Single(ReleasesRead()));
    }

    [Fact]
    public async Task Release_that_is_known_is_read_again_once_it_changed()
    {
        var known = (await Snapshots.GetAsync(_lab.App)).Releases["1.0.0"];
        await _lab.Changing.Get<ReleaseCatalog>().ChangeAsync(
            _lab.App, (_, _) => Task.FromResult<CatalogChange?>(new CatalogChange { Releases = [known with { PausedBecause = "It looks bad." }], Ledger = [] }), Cancellation);
        _lab.Time.Advance(SnapshotLab.MaxAge + SnapshotLab.RefreshAfter);

        Assert.Equal("It looks bad.", (await Snapshots.GetAsync(_lab.App)).Releases["1.0.0"].PausedBecause);
    }

    [Fact]
    public async Task Reading_that_took_too_long_goes_on_where_it_stopped()
    {
        await _lab.Changing.PublishAsync(_lab.App, "1.1.0", "beta");
        await using var another = await PipelineInstance.StartAsync(_lab.Proxy.ConnectionString, keys, builder => builder.Services.AddSingleton<TimeProvider>(_lab.Time));
        using (var hold = _lab.Proxy.Hold(request => Release(request) is "1.1.0", Stage.BeforeForwarding))
        {
            var late = another.Get<AppSnapshots>().GetAsync(_lab.App).AsTask();
            await hold.Reached.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
            await Eventually.True(() => _lab.Proxy.Requests.Any(request => request.Path.EndsWith(".jws", StringComparison.Ordinal)), "The other release should be proven.");
            _lab.Time.Advance(RefreshedSnapshot.ReadTimeout);
            await Assert.ThrowsAsync<TimeoutException>(() => late);
            hold.Release();
        }

        _lab.Proxy.Forget();

        Assert.Equal(2, (await another.Get<AppSnapshots>().GetAsync(_lab.App)).Releases.Count);
        Assert.Equal("1.1.0", Assert.Single(ReleasesRead()));
    }

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    private static string? Target(AppSnapshot snapshot) => Assert.Single(snapshot.Channels).Value.Target?.Value;

    /// <returns>The version of the release whose row is read; null for other requests.</returns>
    private static string? Release(StorageRequest request) =>
        request is { Service: StorageService.Table, Method: "GET" } && Uri.UnescapeDataString(request.Path).Split("RowKey='release:") is [_, var key] ? key.Split('\'')[0] : null;

    private static Task ChangeForAllAppsAsync(PipelineInstance instance) =>
        instance.Get<ReleaseCatalog>().RecordAsync(new LedgerEntry(LedgerKind.BundleRejected, "test", "x", "y"), Sha256Digest.Of(Guid.NewGuid().ToByteArray()), Cancellation);

    private IEnumerable<string> ReleasesRead() => _lab.Proxy.Requests.Select(Release).OfType<string>();

    private DeviceRequest Device(string version)
    {
        var info = new DeviceInfo
        {
            AppId = _lab.App.Value,
            DeviceId = Guid.NewGuid().ToString(),
            Platform = "android",
            VersionBuild = "1.0",
            VersionName = version,
            PluginVersion = "8.51.23",
        };
        return DeviceRequest.Parse(info, _lab.Serving.Get<Pepper>(), out var device) is null ? device : throw new InvalidOperationException("Not a device.");
    }
}
