using Microsoft.Extensions.DependencyInjection;
using Serverless.Devices;
using Serverless.Tests.Support;
using Serverless.Updates;

namespace Serverless.Tests.Storage.Updates;

/// <summary>Whoever makes up app ids costs storage little, and takes nothing from the apps that there are.</summary>
public sealed class UnfamiliarAppsTests(AzuriteFixture azurite, KeyFolder keys) : IAsyncLifetime
{
    private SnapshotLab _lab = null!;

    private AppSnapshots Snapshots => _lab.Snapshots;

    public async ValueTask InitializeAsync() => _lab = await SnapshotLab.StartAsync(azurite.ConnectionString, keys);

    [Fact]
    public async Task Unknown_app_is_seen_once_it_exists()
    {
        var app = PipelineInstance.NewApp();
        var before = await Snapshots.GetAsync(app);
        await _lab.Changing.PublishAsync(app, "1.0.0");
        _lab.Time.Advance(SnapshotLab.MaxAge + SnapshotLab.RefreshAfter);

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
        Assert.InRange(_lab.Proxy.Requests.Count, 60, 120);
    }

    [Fact]
    public async Task Network_that_has_used_up_its_allowance_sees_the_apps_in_memory_alone()
    {
        var other = await _lab.PublishOtherAsync();

        // One a minute: longer than anything here takes.
        await using var strict = await PipelineInstance.StartAsync(_lab.Proxy.ConnectionString, keys, builder => builder.Configuration["Limits:UnfamiliarAppsPerNetwork"] = "1");
        var snapshots = strict.Get<AppSnapshots>();
        Assert.True((await snapshots.GetAsync(_lab.App, new NetworkTag(7))).Exists);
        _lab.Proxy.Forget();

        Assert.False((await snapshots.GetAsync(other, new NetworkTag(7))).Exists);
        Assert.Empty(_lab.Proxy.Requests);
        Assert.True((await snapshots.GetAsync(_lab.App, new NetworkTag(7))).Exists);
        Assert.True((await snapshots.GetAsync(other, new NetworkTag(8))).Exists);
    }

    [Fact]
    public async Task App_id_that_nobody_has_is_looked_up_once_in_the_maximum_age()
    {
        var app = PipelineInstance.NewApp();
        await Snapshots.GetAsync(app, new NetworkTag(7));
        _lab.Proxy.Forget();
        _lab.Time.Advance(SnapshotLab.MaxAge);

        for (var i = 0; i < 100; i++)
        {
            Assert.False((await Snapshots.GetAsync(app, new NetworkTag(7))).Exists);
        }

        Assert.Empty(_lab.Proxy.Requests);
    }

    [Fact]
    public async Task Made_up_app_ids_push_no_app_out_of_memory()
    {
        await using var small = await PipelineInstance.StartAsync(_lab.Proxy.ConnectionString, keys, builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(_lab.Time);
            builder.Configuration["Snapshots:MaxApps"] = "1";
        });
        await small.Get<AppSnapshots>().GetAsync(_lab.App);
        for (var i = 0; i < 20; i++)
        {
            await small.Get<AppSnapshots>().GetAsync(PipelineInstance.NewApp());
        }

        _lab.Proxy.Forget();

        Assert.True((await small.Get<AppSnapshots>().GetAsync(_lab.App)).Exists);
        Assert.Empty(_lab.Proxy.Requests);
    }

    public ValueTask DisposeAsync() => _lab.DisposeAsync();
}
