using System.Text.Json;
using Azure.Data.Tables;
using Serverless.Apps;
using Serverless.Channels;
using Serverless.Devices;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Reports;
using Serverless.Rollouts;
using Serverless.Storage;
using Serverless.Tests.Support;
using Serverless.Updates;

namespace Serverless.Tests.Storage.Outcomes;

/// <summary>From queue messages of evidence to tallies: by cell, of controls, of recoveries, and within the limits of networks.</summary>
public sealed class EvidenceTests(AzuriteFixture azurite, KeyFolder keys) : IAsyncLifetime
{
    private const string Version = "1.1.0";

    private static readonly BundleVersion Release = BundleVersion.Parse(Version);

    private static readonly NetworkTag Network = new(7);

    private readonly AppId _app = PipelineInstance.NewApp();
    private PipelineInstance _pipeline = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private OutcomeStore Outcomes => _pipeline.Get<OutcomeStore>();

    public async ValueTask InitializeAsync()
    {
        _pipeline = await PipelineInstance.StartAsync(azurite.ConnectionString, keys, builder =>
        {
            builder.Configuration["Evidence:MaxNewDevicesPerNetwork"] = "3";
            builder.Configuration["Evidence:BoomerangChecks"] = "2";
            builder.Configuration["Evidence:BoomerangSpacing"] = "00:00:01";
        });
        await _pipeline.PublishAsync(_app, "1.0.0");
        await _pipeline.PublishAsync(_app, Version);
    }

    [Fact]
    public async Task Message_that_is_delivered_twice_counts_once_by_cell_and_code()
    {
        var devices = await OfferedAsync(Voters.Many(5));
        DeviceEvidence[] events =
        [
            .. devices[..3].Select(device => Evidence(device, VoteKind.Failed, "update_fail") with { Cells = new DeviceCells("ios", "1.0.0", "8.51", "ios-17") }),
            .. devices[3..].Select(device => Evidence(device, VoteKind.Good, "app_launch_ready") with { Cells = new DeviceCells("android", "1.0.0", "8.51", "android-14") }),
        ];

        await RecordAsync(events);
        await RecordAsync(events);

        var tally = await Outcomes.TallyAsync(_app, Release, Cancellation);
        Assert.Equal(new OutcomeTally(5, 2, 3, 0), tally.Total);
        Assert.Equal(
            [
                "native:1.0.0 5/2/3", "os:android-14 2/2/0", "os:ios-17 3/0/3", "platform:android 2/2/0", "platform:ios 3/0/3", "plugin:8.51 5/2/3",
            ],
            tally.Cells.Select(cell => $"{cell.Key} {cell.Value.Exposed}/{cell.Value.Good}/{cell.Value.Failed}").Order(StringComparer.Ordinal));
        Assert.Equal([KeyValuePair.Create("update_fail", 3L)], tally.Codes);
    }

    [Fact]
    public async Task Later_votes_count_in_the_cells_of_the_first()
    {
        var device = Assert.Single(await OfferedAsync([Voters.New()]));
        await RecordAsync(Evidence(device, VoteKind.Installed, "set") with { Cells = new DeviceCells("ios", "1.0.0", null, null) });

        await RecordAsync(Evidence(device, VoteKind.Failed, "update_fail") with { Cells = new DeviceCells("ios", "1.1.0", null, null) });

        var tally = await Outcomes.TallyAsync(_app, Release, Cancellation);
        Assert.Equal(["native:1.0.0", "platform:ios"], tally.Cells.Where(cell => cell.Value.Failed == 1).Select(cell => $"{cell.Key}").Order(StringComparer.Ordinal));
        Assert.Equal(2, tally.Cells.Count);
    }

    [Fact]
    public async Task Crash_within_the_probation_moves_a_good_device_to_the_failed_ones()
    {
        var devices = await OfferedAsync(Voters.Many(2));
        await RecordAsync([.. devices.Select(device => Evidence(device, VoteKind.Good, "app_launch_ready"))]);
        var crashes = new[] { TimeSpan.FromHours(1), TimeSpan.FromHours(25) }
            .Zip(devices, (after, device) => Evidence(device, VoteKind.Crashed, "app_crash") with { At = Voters.Noon + after }).ToArray();

        await RecordAsync(crashes);
        await RecordAsync(crashes);

        Assert.Equal(new OutcomeTally(2, 1, 1, 0), await TotalAsync());
    }

    [Fact]
    public async Task Devices_in_the_control_of_a_rollout_are_counted_apart()
    {
        var control = await StartRolloutAsync("r1");
        var held = await OfferedAsync([control(true), control(true)]);
        var (other, stranger) = (control(false).Hex, control(true).Hex);

        await RecordAsync([.. held.Select(device => Evidence(device, VoteKind.Ran, "check") with { Control = "r1" })]);
        await RecordAsync(
            Evidence(held[0], VoteKind.Ran, "check") with { Control = "r1", At = Voters.Noon.AddMinutes(2) },
            Evidence(held[1], VoteKind.Crashed, "app_crash") with { At = Voters.Noon.AddMinutes(2) },
            Evidence(held[1], VoteKind.Good, "app_launch_ready") with { At = Voters.Noon.AddMinutes(3) });
        await RecordAsync(Evidence(held[1], VoteKind.Crashed, "app_crash") with { Device = other }, Evidence(held[1], VoteKind.Crashed, "app_crash") with { Device = stranger });

        Assert.Equal(new OutcomeTally(2, 1, 1, 0), (await Outcomes.ControlTallyAsync(_app, Release, "r1", Cancellation)).Total);
        Assert.Equal(ReleaseTally.Zero.Total, (await Outcomes.ControlTallyAsync(_app, Release, "r2", Cancellation)).Total);
        Assert.Equal(OfferTerms.Any, (await Outcomes.FindAsync(_app, Release, held[1], Cancellation)).Terms);
    }

    [Fact]
    public async Task Exposed_device_on_another_release_recovers_once_and_others_leave_no_row()
    {
        var exposed = Assert.Single(await OfferedAsync([Voters.New()]));
        var stranger = Voters.New();
        await RecordAsync(Evidence(exposed, VoteKind.Failed, "update_fail"));
        DeviceEvidence[] seen = [Evidence(exposed, VoteKind.Recovered, "check"), Evidence(stranger, VoteKind.Recovered, "check")];

        await RecordAsync(seen);
        await RecordAsync(seen);

        Assert.Equal(new OutcomeTally(1, 0, 1, 0, Recovered: 1), await TotalAsync());
        Assert.Equal(DeviceOutcome.Unknown, await Outcomes.FindAsync(_app, Release, stranger, Cancellation));
    }

    [Fact]
    public async Task Further_new_devices_of_a_network_move_nothing_that_day()
    {
        var devices = await OfferedAsync(Voters.Many(10));
        DeviceEvidence[] events = [.. devices.Select(device => Evidence(device, VoteKind.Failed, "update_fail") with { Network = Network })];

        await Task.WhenAll(events.Chunk(2).Concat(events.Chunk(5)).Select(RecordAsync));
        await RecordAsync(events);

        Assert.Equal(new OutcomeTally(3, 0, 3, 0, Capped: 7), await TotalAsync());
        await RecordAsync([.. events.Select(item => item with { Network = new NetworkTag(8), At = item.At.AddDays(1) })]);
        Assert.Equal(new OutcomeTally(6, 0, 6, 0, Capped: 7), await TotalAsync());
    }

    [Fact]
    public async Task Device_with_tenure_and_device_without_network_are_not_capped()
    {
        var (tenured, unplaced, fresh) = (Voters.Many(4), Voters.Many(4), Voters.Many(4));
        await OfferedAsync([.. tenured, .. unplaced, .. fresh]);
        await Task.WhenAll(tenured.Concat(fresh[..1]).Select(device => Outcomes.OfferAsync(_app, BundleVersion.Parse("1.0.0"), device, Cancellation).AsTask()));
        var later = DateTimeOffset.UtcNow.AddHours(2);

        await RecordAsync([.. tenured.Concat(fresh).Select(device => Evidence(device, VoteKind.Good, "app_launch_ready") with { Network = Network, At = later })]);
        await RecordAsync([.. unplaced.Select(device => Evidence(device, VoteKind.Good, "app_launch_ready") with { At = later })]);

        Assert.Equal(new OutcomeTally(12, 12, 0, 0), await TotalAsync());
    }

    [Fact]
    public async Task Networks_of_days_gone_by_are_forgotten()
    {
        var table = _pipeline.Get<TableServiceClient>().GetTableClient(Tables.NetworkDevices);
        var key = new TallyKey(_app, Release);
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        DateOnly[] days = [today.AddDays(-3), today.AddDays(-2), today];
        foreach (var day in days)
        {
            await table.AddEntityAsync(new TableEntity(NetworkKeys.Partition(day, key), NetworkKeys.Network(Network)), Cancellation);
        }

        await _pipeline.Get<NetworkCap>().SweepAsync(Cancellation);

        var kept = await Task.WhenAll(days.Select(async day =>
            (await table.GetEntityIfExistsAsync<TableEntity>(NetworkKeys.Partition(day, key), NetworkKeys.Network(Network), cancellationToken: Cancellation)).HasValue));
        Assert.Equal([false, true, true], kept);
    }

    [Fact]
    public async Task Device_that_asks_again_and_again_for_what_it_downloaded_failed()
    {
        var device = Device(Voters.New());
        await _pipeline.CheckAsync(device);
        await RecordAsync(Evidence(device.Device, VoteKind.Installed, "download_complete") with { At = DateTimeOffset.UtcNow.AddHours(-1) });
        _pipeline.Get<Sightings>().Take();

        await _pipeline.CheckAsync(device);
        var first = _pipeline.Get<Sightings>().Take();
        await RecordAsync([.. first.Select(item => item with { At = item.At.AddMinutes(-1) })]);
        await _pipeline.CheckAsync(device);
        var second = _pipeline.Get<Sightings>().Take();
        await RecordAsync([.. second]);
        await RecordAsync([.. second]);

        Assert.Equal([VoteKind.Returned, VoteKind.Returned], first.Concat(second).Select(item => item.Kind));
        var tally = await Outcomes.TallyAsync(_app, Release, Cancellation);
        Assert.Equal(new OutcomeTally(1, 0, 1, 0), tally.Total);
        Assert.Equal([KeyValuePair.Create("boomerang", 1L)], tally.Codes);
        Assert.Equal("release_failed_on_device", (await _pipeline.CheckAsync(device)).Error);
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private async Task<DevicePseudonym[]> OfferedAsync(DevicePseudonym[] devices)
    {
        await Task.WhenAll(devices.Select(device => Outcomes.OfferAsync(_app, Release, device, Cancellation).AsTask()));
        return devices;
    }

    private DeviceEvidence Evidence(DevicePseudonym device, VoteKind kind, string action) => new(_app.Value, device.Hex, Version, kind, action, Voters.Noon);

    private Task<ILookup<TallyKey, Vote>> RecordAsync(params DeviceEvidence[] events) =>
        _pipeline.Get<OutcomeRecorder>().RecordAsync(JsonSerializer.Serialize(new EventBatch(events), WireJson.Default.EventBatch), Cancellation);

    private async Task<OutcomeTally> TotalAsync() => (await Outcomes.TallyAsync(_app, Release, Cancellation)).Total;

    private DeviceRequest Device(DevicePseudonym device)
    {
        Assert.True(PluginVersion.TryParse("8.51.23", out var plugin));
        return new DeviceRequest
        {
            App = _app,
            Device = device,
            Platform = "android",
            VersionBuild = "1.0.0-rc.1",
            Native = NativeVersion.TryParse("1.0.0-rc.1"),
            VersionName = "builtin",
            Plugin = plugin,
        };
    }

    /// <returns>Finds devices that are held back, or are not.</returns>
    private async Task<Func<bool, DevicePseudonym>> StartRolloutAsync(string id)
    {
        var catalog = _pipeline.Get<ReleaseCatalog>();
        var rollout = Rollout.Start(id, BundleVersion.Parse("1.2.0"), new Ramp([new RampStage(10, TimeSpan.FromHours(1), 1)], ControlPercent: 20), Voters.Noon);
        await catalog.ChangeAsync(
            _app,
            async (_, token) => new CatalogChange
            {
                Channels = [(await catalog.FindChannelAsync(_app, ChannelName.Production, token))!.LeadBy(rollout)],
                Ledger = [],
            },
            Cancellation);
        _pipeline.Get<AppSnapshots>().Invalidate(_app);
        var cohorts = new Cohorts(rollout, _pipeline.Get<Pepper>());
        return isHeld =>
        {
            DevicePseudonym device;
            do
            {
                device = Voters.New();
            }
            while (cohorts.Of(device) >= 8000 != isHeld);
            return device;
        };
    }
}
