using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.Apps;
using Serverless.Devices;
using Serverless.Devices.Erasure;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Faults;

namespace Serverless.Tests.Storage.Outcomes;

/// <summary>What an instance remembers of its offers spares storage, and never what is known of a device.</summary>
public sealed class RepeatedOfferTests(AzuriteFixture azurite, KeyFolder keys) : IAsyncLifetime
{
    private static readonly BundleVersion Version = BundleVersion.Parse("1.0.0");

    private readonly AppId _app = PipelineInstance.NewApp();

    // One that is relied on for nearly all of a minute: what is said of others is said of it.
    private readonly DevicePseudonym _device = LongRemembered(Voters.New());
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private StorageProxy _proxy = null!;
    private PipelineInstance _pipeline = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IEnumerable<string> Operations => _proxy.Requests.Select(request => request.Kind);

    public async ValueTask InitializeAsync()
    {
        _proxy = await StorageProxy.StartAsync(azurite.ConnectionString, Cancellation);
        _pipeline = await StartAsync();
        _proxy.Forget();
    }

    [Fact]
    public async Task Offer_is_written_before_it_is_answered_and_repeated_at_once_without_storage()
    {
        var first = await OfferAsync(_pipeline);
        Assert.Equal(["Table POST"], Operations);
        _proxy.Forget();

        Assert.Equal(first, await OfferAsync(_pipeline));
        Assert.Empty(_proxy.Requests);
    }

    [Fact]
    public async Task Device_that_keeps_asking_is_read_once_a_minute_and_those_beside_it_together_every_few_seconds()
    {
        var first = await OfferAsync(_pipeline);
        var beside = DevicePseudonym.TryParse(_device.Hex[..^1] + (_device.Hex[^1] == '0' ? '1' : '0'), out var found) ? found : default;
        await _pipeline.Get<OutcomeStore>().OfferAsync(_app, Version, beside, Cancellation);
        _proxy.Forget();

        // What it takes to know the partition's count before the rows, once.
        _time.Advance(Narrowings.MaxAge);
        await OfferAsync(_pipeline);
        await _pipeline.Get<OutcomeStore>().OfferAsync(_app, Version, beside, Cancellation);
        Assert.Equal(["Table GET", "Table GET", "Table GET"], Operations);
        _proxy.Forget();

        for (var passed = Narrowings.MaxAge; passed < WrittenOffers.MaxAge; passed += Narrowings.MaxAge)
        {
            _time.Advance(Narrowings.MaxAge);
            Assert.Equal(first, await OfferAsync(_pipeline));
            Assert.Equal(first, await OfferAsync(_pipeline));
            await _pipeline.Get<OutcomeStore>().OfferAsync(_app, Version, beside, Cancellation);
            Assert.Equal(["Table GET"], Operations);
            _proxy.Forget();
        }

        _time.Advance(Narrowings.MaxAge);
        await OfferAsync(_pipeline);
        Assert.Equal(["Table GET", "Table GET"], Operations);
    }

    [Fact]
    public async Task Every_kind_of_report_that_narrows_an_offer_is_counted_beside_it()
    {
        await OfferAsync(_pipeline);
        await RecordAsync(_pipeline, new Vote(_device, VoteKind.Installed, "download_complete", Voters.Noon));
        Assert.Equal(0, (await TallyAsync()).Narrowings);

        await RecordAsync(_pipeline, new Vote(_device, VoteKind.FailedByFiles, "download_manifest_file_fail", Voters.Noon));
        Assert.Equal(1, (await TallyAsync()).Narrowings);

        // A failure of somebody who had reported one: the first verdict stays, and no number but this one moves.
        var before = (await TallyAsync()).Total;
        await RecordAsync(_pipeline, Voters.Failed(_device));
        await RecordAsync(_pipeline, Voters.Failed(_device));
        Assert.Equal((before, 2), ((await TallyAsync()).Total, (await TallyAsync()).Narrowings));
    }

    [Fact]
    public async Task Another_release_is_written_for_a_device_that_has_just_been_offered_one()
    {
        await OfferAsync(_pipeline);
        _proxy.Forget();

        await _pipeline.Get<OutcomeStore>().OfferAsync(_app, BundleVersion.Parse("1.0.1"), _device, Cancellation);

        Assert.Equal(["Table POST"], Operations);
    }

    [Fact]
    public async Task Failure_counts_and_ends_the_offers_of_the_instance_that_records_it_at_once()
    {
        await OfferAsync(_pipeline);
        await OfferAsync(_pipeline);

        var added = await RecordAsync(_pipeline, Voters.Failed(_device));

        Assert.Equal(new OutcomeTally(Exposed: 1, Good: 0, Failed: 1, Discarded: 0), added);
        Assert.Equal(OfferTerms.None, (await OfferAsync(_pipeline)).Terms);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Failure_that_another_instance_recorded_ends_the_offers_within_the_time_that_a_count_is_relied_on(bool hasAskedForLong)
    {
        await using var other = await StartAsync();
        await OfferAsync(_pipeline);
        if (hasAskedForLong)
        {
            _time.Advance(Narrowings.MaxAge);
            await OfferAsync(_pipeline);
            _time.Advance(Narrowings.MaxAge);
            Assert.Equal(OfferTerms.Any, (await OfferAsync(_pipeline)).Terms);
        }

        await RecordAsync(other, Voters.Failed(_device));

        Assert.Equal(OfferTerms.None, (await OfferAsync(other)).Terms);
        _time.Advance(Narrowings.MaxAge);
        Assert.Equal(OfferTerms.None, (await OfferAsync(_pipeline)).Terms);
    }

    [Fact]
    public async Task Returns_of_a_device_are_seen_though_it_is_remembered()
    {
        await OfferAsync(_pipeline);
        await RecordAsync(_pipeline, new Vote(_device, VoteKind.Installed, "download_complete", Voters.Noon));

        for (var check = 0; check < 2; check++)
        {
            Assert.True((await OfferAsync(_pipeline)).IsReturn(Voters.Noon.AddHours(1), new EvidenceOptions()));
        }

        await RecordAsync(_pipeline, new Vote(_device, VoteKind.Ran, "check", Voters.Noon));
        Assert.False((await OfferAsync(_pipeline)).IsReturn(Voters.Noon.AddHours(1), new EvidenceOptions()));
    }

    [Fact]
    public async Task What_another_instance_heard_of_a_device_is_known_within_a_minute()
    {
        await using var other = await StartAsync();
        await OfferAsync(_pipeline);
        _time.Advance(Narrowings.MaxAge);
        await OfferAsync(_pipeline);
        await RecordAsync(other, new Vote(_device, VoteKind.Installed, "download_complete", Voters.Noon));

        _time.Advance(WrittenOffers.MaxAge);

        Assert.Equal(Voters.Noon, (await OfferAsync(_pipeline)).InstalledAt);
    }

    [Fact]
    public async Task Erased_device_is_a_new_one_to_the_instance_that_remembered_it_and_to_others()
    {
        await using var other = await StartAsync();
        await OfferAsync(_pipeline);
        await OfferAsync(other);
        await other.Get<DeviceErasure>().RunAsync(TestPrincipal.Operator, new DeviceIdentity(_app, _device), isDryRun: false, Cancellation);
        _proxy.Forget();

        _time.Advance(WrittenOffers.MaxAge);
        var offered = await OfferAsync(_pipeline);

        Assert.Equal(["Table GET", "Table GET", "Table POST"], Operations);
        Assert.Equal(_time.GetUtcNow(), offered.OfferedAt);
        Assert.Equal(1, (await RecordAsync(other, Voters.Failed(_device))).Failed);
    }

    [Fact]
    public async Task Erasure_on_the_same_instance_is_known_at_once()
    {
        await OfferAsync(_pipeline);
        await _pipeline.Get<DeviceErasure>().RunAsync(TestPrincipal.Operator, new DeviceIdentity(_app, _device), isDryRun: false, Cancellation);
        _proxy.Forget();

        await OfferAsync(_pipeline);

        Assert.Equal(["Table POST"], Operations);
    }

    [Fact]
    public async Task Instance_that_starts_anew_finds_what_was_offered_before()
    {
        var before = await OfferAsync(_pipeline);
        await using var restarted = await StartAsync();
        _proxy.Forget();

        Assert.Equal(before, await OfferAsync(restarted));
        Assert.Equal(["Table POST", "Table GET"], Operations);
    }

    public async ValueTask DisposeAsync()
    {
        await _pipeline.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    private static DevicePseudonym LongRemembered(DevicePseudonym device) =>
        DevicePseudonym.TryParse($"{device.Hex[..13]}fff{device.Hex[16..]}", out var found) ? found : default;

    private Task<PipelineInstance> StartAsync() =>
        PipelineInstance.StartAsync(_proxy.ConnectionString, keys, builder => builder.Services.AddSingleton<TimeProvider>(_time));

    private Task<DeviceOutcome> OfferAsync(PipelineInstance instance) => instance.Get<OutcomeStore>().OfferAsync(_app, Version, _device, Cancellation).AsTask();

    private Task<ReleaseTally> TallyAsync() => _pipeline.Get<OutcomeStore>().TallyAsync(_app, Version, Cancellation);

    private Task<OutcomeTally> RecordAsync(PipelineInstance instance, Vote vote) =>
        instance.Get<OutcomeStore>().RecordAsync(new TallyKey(_app, Version), [vote], Cancellation);
}
