using Microsoft.Extensions.DependencyInjection;
using Serverless.Apps;
using Serverless.Audits;
using Serverless.Channels;
using Serverless.Devices;
using Serverless.Keys;
using Serverless.Management;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Rollouts;
using Serverless.Tests.Storage.Outcomes;
using Serverless.Tests.Support;
using Serverless.Updates;

namespace Serverless.Tests.Storage.Rollouts;

/// <summary>Production offers 1.0.0 and has a ramp of 5 % for an hour and two good devices, then 50 % for a day, which pass when a test says so.</summary>
public sealed class RolloutTests(AzuriteFixture azurite, KeyFolder keys) : IAsyncLifetime
{
    private static readonly Ramp Ramp = new([new RampStage(5, TimeSpan.FromHours(1), 2), new RampStage(50, TimeSpan.FromDays(1), 0)]);

    private readonly AppId _app = PipelineInstance.NewApp();
    private readonly ShiftedTime _time = new();
    private PipelineInstance _pipeline = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private RolloutAdministration Rollouts => _pipeline.Get<RolloutAdministration>();

    private ReleaseCatalog Catalog => _pipeline.Get<ReleaseCatalog>();

    public async ValueTask InitializeAsync()
    {
        _pipeline = await StartAsync();
        await _pipeline.PublishAsync(_app, "1.0.0");
        await Rollouts.SetRampAsync(TestPrincipal.Operator, _app, ChannelName.Production, Ramp, _ => true, Cancellation);
    }

    [Fact]
    public async Task Healthy_candidate_goes_its_way_to_the_end_by_itself()
    {
        await _pipeline.PublishAsync(_app, "1.1.0");
        Assert.Equal(("1.0.0", "1.1.0", 500), await ReadAsync());

        await RampAsync();
        Assert.Equal(500, (await ReadAsync()).Share);
        await VoteAsync("1.1.0", good: 2);
        await RampAsync();
        Assert.Equal(500, (await ReadAsync()).Share);

        _time.Advance(TimeSpan.FromHours(1));
        await RampAsync();
        Assert.Equal(("1.0.0", "1.1.0", 5000), await ReadAsync());

        _time.Advance(TimeSpan.FromDays(1));
        await RampAsync();
        Assert.Equal(("1.1.0", null, null), await ReadAsync());
        await RequireAuditAsync("rollout.started", "rollout.changed", "rollout.finished");
    }

    [Fact]
    public async Task Devices_of_the_share_get_the_candidate_and_the_others_do_not()
    {
        await _pipeline.PublishAsync(_app, "1.1.0");
        await ActAsync(new RolloutOrder(RolloutAction.Raise, Percent: 50));
        DeviceRequest[] devices = [.. Enumerable.Range(0, 60).Select(_ => Device())];

        var before = await OfferedAsync(devices);
        await ActAsync(new RolloutOrder(RolloutAction.Raise, Percent: 100));
        var after = await OfferedAsync(devices);
        await ActAsync(new RolloutOrder(RolloutAction.Abort));
        var aborted = await OfferedAsync(devices);

        Assert.Equal(["1.0.0", "1.1.0"], before.Distinct().Order());
        Assert.All(before.Zip(after), pair => Assert.True(pair.First == "1.0.0" || pair.Second == "1.1.0"));
        Assert.All(aborted, version => Assert.Equal("1.0.0", version));
    }

    [Fact]
    public async Task Fix_takes_the_place_of_the_candidate_for_the_same_devices()
    {
        await _pipeline.PublishAsync(_app, "1.1.0");
        await ActAsync(new RolloutOrder(RolloutAction.Raise, Percent: 50));
        DeviceRequest[] devices = [.. Enumerable.Range(0, 30).Select(_ => Device())];
        var faulty = await OfferedAsync(devices);
        await ActAsync(new RolloutOrder(RolloutAction.Pause));

        await _pipeline.PublishAsync(_app, "1.1.1");

        Assert.Equal(("1.0.0", "1.1.1", 5000), await ReadAsync());
        Assert.Equal(faulty.Select(version => version == "1.1.0" ? "1.1.1" : version), await OfferedAsync(devices));
    }

    [Fact]
    public async Task Incident_or_pause_keeps_the_ramp_where_it_is()
    {
        await _pipeline.PublishAsync(_app, "1.1.0");
        await VoteAsync("1.1.0", good: 2);
        _time.Advance(TimeSpan.FromHours(2));
        await ChangeReleaseAsync("1.1.0", release => release with { PausedBecause = "it is looked into" });
        await RampAsync();
        Assert.Equal(500, (await ReadAsync()).Share);

        await ChangeReleaseAsync("1.1.0", release => release with { PausedBecause = null });
        await ActAsync(new RolloutOrder(RolloutAction.Pause));
        await RampAsync();
        Assert.Equal(500, (await ReadAsync()).Share);

        await ActAsync(new RolloutOrder(RolloutAction.Resume));
        await RampAsync();
        Assert.Equal(500, (await ReadAsync()).Share);

        _time.Advance(TimeSpan.FromHours(1));
        await RampAsync();
        Assert.Equal(5000, (await ReadAsync()).Share);
    }

    [Fact]
    public async Task Several_instances_take_a_step_once()
    {
        await using var other = await StartAsync();
        await _pipeline.PublishAsync(_app, "1.1.0");
        await VoteAsync("1.1.0", good: 2);
        _time.Advance(TimeSpan.FromHours(1));

        await Task.WhenAll(RampAsync(), other.Get<RolloutRamp>().RunAsync(Cancellation), RampAsync());

        Assert.Equal(("1.0.0", "1.1.0", 5000), await ReadAsync());
        await RequireAuditAsync("rollout.started", "rollout.changed");
    }

    [Fact]
    public async Task Of_two_who_read_the_same_rollout_one_changes_it()
    {
        await _pipeline.PublishAsync(_app, "1.1.0");
        var tag = ChannelAdministration.Tag((await FindAsync())!);

        var answers = await Task.WhenAll(
            Rollouts.ActAsync(TestPrincipal.Operator, _app, ChannelName.Production, new RolloutOrder(RolloutAction.Raise, Percent: 30), known => known == tag, Cancellation),
            Rollouts.ActAsync(TestPrincipal.Operator, _app, ChannelName.Production, new RolloutOrder(RolloutAction.Abort), known => known == tag, Cancellation));

        Assert.Single(answers, answer => answer.Channel is not null);
        Assert.Equal(ProblemCode.ChangedMeanwhile, Assert.Single(answers, answer => answer.Problem is not null).Problem!.Code);
    }

    [Fact]
    public async Task Release_that_exists_is_rolled_out_by_hand()
    {
        await _pipeline.PublishAsync(_app, "1.1.0", "beta");

        var started = await ActAsync(new RolloutOrder(RolloutAction.Start, Version: "1.1.0", Reason: "beta liked it"));
        var again = await ActAsync(new RolloutOrder(RolloutAction.Start, Version: "1.1.0"));
        var finished = await ActAsync(new RolloutOrder(RolloutAction.Finish));

        Assert.Equal((null, null, null), (started.Problem, again.Problem, finished.Problem));
        Assert.Equal(("1.1.0", null, null), await ReadAsync());
        await RequireAuditAsync("rollout.started", "rollout.finished");
    }

    [Theory]
    [InlineData("1.2.0", ProblemCode.ReleaseNotFound)]
    [InlineData("1.0.0", ProblemCode.VersionNotHigher)]
    [InlineData("0.9.0", ProblemCode.VersionNotHigher)]
    [InlineData("1.1.0", ProblemCode.ReleaseWithdrawn)]
    [InlineData("newest", ProblemCode.InvalidMember)]
    public async Task Rollout_begins_only_to_a_release_that_may_be_offered_and_is_higher(string version, string code)
    {
        await _pipeline.PublishAsync(_app, "0.9.0", "beta");
        await _pipeline.PublishAsync(_app, "1.1.0", "beta");
        await ChangeReleaseAsync("1.1.0", release => release with { WithdrawnBecause = "it failed" });

        var (problem, _) = await ActAsync(new RolloutOrder(RolloutAction.Start, Version: version));

        Assert.Equal(code, problem?.Code);
        Assert.Null((await ReadAsync()).Candidate);
    }

    [Fact]
    public async Task Without_a_ramp_or_a_rollout_there_is_nothing_to_act_upon()
    {
        Assert.Equal(ProblemCode.NoRollout, (await ActAsync(new RolloutOrder(RolloutAction.Pause))).Problem?.Code);
        await Rollouts.SetRampAsync(TestPrincipal.Operator, _app, ChannelName.Production, ramp: null, _ => true, Cancellation);
        await _pipeline.PublishAsync(_app, "1.1.0", "beta");

        Assert.Equal(ProblemCode.NoRamp, (await ActAsync(new RolloutOrder(RolloutAction.Start, Version: "1.1.0"))).Problem?.Code);
        await _pipeline.PublishAsync(_app, "1.2.0");
        Assert.Equal(("1.2.0", null, null), await ReadAsync());
    }

    [Fact]
    public async Task Candidate_is_in_use_for_keys_and_described_for_people()
    {
        await _pipeline.PublishAsync(_app, "1.1.0");
        await VoteAsync("1.1.0", good: 1);

        var described = await Rollouts.DescribeAsync(_app, (await FindAsync())!, Cancellation);

        Assert.Contains(await _pipeline.Get<ReleasesInUse>().ListAsync(_app, Cancellation), release => release.Version.Value == "1.1.0");
        Assert.Equal(("1.0.0", "1.1.0", 5, 5, 1, 1L), (
            described.Stable, described.Rollout?.Candidate, described.Rollout?.Percent, described.Rollout?.ControlPercent, described.Rollout?.Stage, described.Rollout?.Good));
        Assert.StartsWith("The step lasts until ", described.Rollout?.WaitingFor, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pinned_device_is_led_by_its_pin_alone_and_an_audit_knows_it()
    {
        await _pipeline.PublishAsync(_app, "1.1.0", "beta");
        var (device, neighbour) = (Device(), Device());
        var pins = _pipeline.Get<PinAdministration>();
        var identity = new DeviceIdentity(_app, device.Device);

        var (problem, _) = await pins.PinAsync(TestPrincipal.Operator, identity, new PinOrder(Version: "1.1.0"), Cancellation);

        Assert.Null(problem);
        Assert.Equal(["1.1.0", "1.0.0"], await OfferedAsync([device, neighbour]));
        await RequireAuditAsync("device.pinned");
        await pins.PinAsync(TestPrincipal.Operator, identity, new PinOrder(Channel: "beta"), Cancellation);
        await pins.PinAsync(TestPrincipal.Operator, identity, new PinOrder(Channel: "beta"), Cancellation);
        Assert.Equal(["1.1.0", "1.0.0"], await OfferedAsync([device, neighbour]));
        await pins.UnpinAsync(TestPrincipal.Operator, identity, Cancellation);
        await pins.UnpinAsync(TestPrincipal.Operator, identity, Cancellation);
        Assert.Equal(["1.0.0", "1.0.0"], await OfferedAsync([device, neighbour]));
        await RequireAuditAsync("device.pinned", "device.pinned", "device.unpinned");
    }

    [Theory]
    [InlineData("1.2.0", null, ProblemCode.ReleaseNotFound)]
    [InlineData(null, "nope", ProblemCode.ChannelNotFound)]
    [InlineData("1.0.0", "production", ProblemCode.InvalidMember)]
    [InlineData(null, null, ProblemCode.InvalidMember)]
    public async Task Pin_leads_to_something_that_exists(string? version, string? channel, string code)
    {
        var (problem, _) = await _pipeline.Get<PinAdministration>().PinAsync(TestPrincipal.Operator, new DeviceIdentity(_app, Device().Device), new PinOrder(version, channel), Cancellation);

        Assert.Equal(code, problem?.Code);
    }

    [Fact]
    public async Task Part_of_the_fleet_is_led_around_a_release()
    {
        await _pipeline.PublishAsync(_app, "1.1.0");
        await ActAsync(new RolloutOrder(RolloutAction.Finish));
        var android14 = new Detour(new Cell(CellKind.OsMajor, "android-14"), BundleVersion.Parse("1.1.0"), BundleVersion.Parse("1.0.0"));
        await ChangeChannelAsync(channel => RolloutActs.Detour(channel, android14, "somebody", "it fails there"));

        Assert.Equal(["1.0.0", "1.1.0"], await OfferedAsync([Device() with { VersionOs = "14" }, Device() with { VersionOs = "15" }]));
        await RequireAuditAsync("rollout.started", "rollout.finished", "channel.detoured");
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private Task<PipelineInstance> StartAsync() =>
        PipelineInstance.StartAsync(azurite.ConnectionString, keys, builder => builder.Services.AddSingleton<TimeProvider>(_time));

    private Task RampAsync() => _pipeline.Get<RolloutRamp>().RunAsync(Cancellation);

    private Task<(Problem? Problem, Channel? Channel)> ActAsync(RolloutOrder order) => Rollouts.ActAsync(TestPrincipal.Operator, _app, ChannelName.Production, order, _ => true, Cancellation);

    private Task<Channel?> FindAsync() => Catalog.FindChannelAsync(_app, ChannelName.Production, Cancellation);

    private async Task<(string? Stable, string? Candidate, int? Share)> ReadAsync()
    {
        var channel = await FindAsync();
        return (channel?.Target?.Value, channel?.Rollout?.Candidate.Value, channel?.Rollout?.Share);
    }

    private async Task VoteAsync(string version, int good)
    {
        var outcomes = _pipeline.Get<OutcomeStore>();
        foreach (var device in Voters.Many(good))
        {
            await outcomes.OfferAsync(_app, BundleVersion.Parse(version), device, Cancellation);
            await outcomes.RecordAsync(new TallyKey(_app, BundleVersion.Parse(version)), [Voters.Good(device)], Cancellation);
        }
    }

    private async Task ChangeReleaseAsync(string version, Func<Release, Release> change)
    {
        await Catalog.ChangeAsync(
            _app,
            async (_, token) => new CatalogChange { Releases = [change((await Catalog.FindReleaseAsync(_app, BundleVersion.Parse(version), token))!)], Ledger = [] },
            Cancellation);
        _pipeline.Get<AppSnapshots>().Invalidate(_app);
    }

    private async Task ChangeChannelAsync(Func<Channel, ChannelAct> change) => Assert.NotNull(await _pipeline.Get<ChannelWriter>().ChangeAsync(
        _app, ChannelName.Production, _ => true, (channel, _, _) => Task.FromResult<ChannelAct?>(change(channel)), Cancellation));

    private async Task<string?[]> OfferedAsync(IEnumerable<DeviceRequest> devices)
    {
        var offered = new List<string?>();
        foreach (var device in devices)
        {
            offered.Add((await _pipeline.CheckAsync(device)).Version);
        }

        return [.. offered];
    }

    /// <summary>Requires that the ledger tells of these acts on rollouts and devices, and that they lead to the rows that are stored.</summary>
    private async Task RequireAuditAsync(params string[] kinds)
    {
        var entries = await Catalog.VerifyAsync(_app);
        var source = new StorageAuditSource(_pipeline.Get<Azure.Data.Tables.TableServiceClient>(), _pipeline.Get<Azure.Storage.Blobs.BlobServiceClient>());
        var facts = new LedgerFacts();

        Assert.All(entries, entry => Assert.True(facts.Apply(entry), $"{entry}"));
        Assert.Null(await new AppRowsAudit(source, new AuditTally()).FindDefectAsync(_app.Value, facts, Cancellation));
        Assert.Equal(kinds, entries.Select(entry => entry.Kind).Where(kind => kind.StartsWith("rollout.", StringComparison.Ordinal) || kind.StartsWith("device.", StringComparison.Ordinal) || kind == "channel.detoured"));
    }

    private DeviceRequest Device()
    {
        var info = new DeviceInfo
        {
            AppId = _app.Value,
            DeviceId = Guid.NewGuid().ToString(),
            Platform = "android",
            VersionBuild = "1.0.0-rc.1",
            VersionName = "builtin",
            PluginVersion = "8.51.23",
        };
        return DeviceRequest.Parse(info, _pipeline.Get<Pepper>(), out var device) is null ? device : throw new InvalidOperationException("Not a device.");
    }
}
