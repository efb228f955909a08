using Serverless.Apps;
using Serverless.Devices;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Faults;

namespace Serverless.Tests.Storage.Outcomes;

public sealed class OutcomeStoreTests(AzuriteFixture azurite, KeyFolder keys) : IAsyncLifetime
{
    private static readonly BundleVersion Version = BundleVersion.Parse("1.0.0");

    private readonly AppId _app = PipelineInstance.NewApp();
    private StorageProxy _proxy = null!;
    private PipelineInstance _pipeline = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private OutcomeStore Outcomes => _pipeline.Get<OutcomeStore>();

    public async ValueTask InitializeAsync()
    {
        _proxy = await StorageProxy.StartAsync(azurite.ConnectionString, Cancellation);
        _pipeline = await PipelineInstance.StartAsync(_proxy.ConnectionString, keys);
    }

    [Fact]
    public async Task Device_that_failed_is_not_offered_the_release_again()
    {
        var device = Voters.New();
        await OfferAsync(device);
        await RecordAsync(Voters.Failed(device));

        Assert.Equal(OfferTerms.None, await OfferAsync(device));
        Assert.Equal(OfferTerms.Any, (await Outcomes.OfferAsync(_app, BundleVersion.Parse("1.0.1"), device, Cancellation)).Terms);
    }

    [Fact]
    public async Task Device_that_failed_after_it_was_happy_is_not_offered_the_release_again()
    {
        var device = Voters.New();
        await OfferAsync(device);
        await RecordAsync(Voters.Good(device), Voters.Failed(device));

        Assert.Equal(OfferTerms.None, await OfferAsync(device));
        Assert.Equal(new OutcomeTally(Exposed: 1, Good: 1, Failed: 0, Discarded: 0), await TallyAsync());
    }

    [Fact]
    public async Task Votes_of_devices_that_were_never_offered_the_release_are_discarded_once_each()
    {
        var forgers = Voters.Many(5);

        await RecordAsync([.. forgers.Select(Voters.Failed), .. forgers.Select(Voters.Failed), .. forgers.Select(Voters.Good)]);
        await RecordAsync([.. forgers.Select(Voters.Failed)]);

        Assert.Equal(new OutcomeTally(Exposed: 0, Good: 0, Failed: 0, Discarded: 5), await TallyAsync());
    }

    [Fact]
    public async Task Same_votes_twice_count_once()
    {
        var devices = await OfferedAsync(Voters.Many(10));
        Vote[] votes = [.. devices[..4].Select(Voters.Failed), .. devices[4..].Select(Voters.Good)];

        var first = await RecordAsync(votes);
        var second = await RecordAsync(votes);

        Assert.Equal(new OutcomeTally(Exposed: 10, Good: 6, Failed: 4, Discarded: 0), first);
        Assert.Equal(default, second);
        Assert.Equal(first, await TallyAsync());
    }

    [Fact]
    public async Task Votes_whose_answer_was_lost_count_once()
    {
        var device = Assert.Single(await OfferedAsync([Voters.New()]));
        using var lost = _proxy.Fail(request => request is { Container: "$batch" }, 500, stage: Stage.AfterForwarding);

        await RecordAsync(Voters.Failed(device));

        Assert.Equal(1, lost.Hits);
        Assert.Equal(new OutcomeTally(Exposed: 1, Good: 0, Failed: 1, Discarded: 0), await TallyAsync());
    }

    [Fact]
    public async Task Batch_larger_than_a_transaction_is_counted_whole()
    {
        var devices = await OfferedAsync(Voters.InOneShard(200));

        var added = await RecordAsync([.. devices.Select(Voters.Failed)]);

        Assert.Equal(new OutcomeTally(Exposed: 200, Good: 0, Failed: 200, Discarded: 0), added);
        Assert.Equal(added, await TallyAsync());
    }

    [Fact]
    public async Task Parallel_batches_keep_the_tally_exact()
    {
        var devices = await OfferedAsync([.. Voters.InOneShard(24), .. Voters.Many(24)]);
        var batches = devices.Chunk(6).Select((batch, index) => batch.Select(device => index % 2 == 0 ? Voters.Failed(device) : Voters.Good(device)).ToArray());

        await Task.WhenAll(batches.Concat(batches).Select(RecordAsync));

        Assert.Equal(new OutcomeTally(Exposed: 48, Good: 24, Failed: 24, Discarded: 0), await TallyAsync());
    }

    [Fact]
    public async Task First_terminal_verdict_holds()
    {
        var devices = await OfferedAsync(Voters.Many(2));

        await RecordAsync(Voters.Failed(devices[0]), Voters.Good(devices[1]));
        await RecordAsync(Voters.Good(devices[0]), Voters.Failed(devices[1]));

        Assert.Equal(new OutcomeTally(Exposed: 2, Good: 1, Failed: 1, Discarded: 0), await TallyAsync());
        Assert.Equal(Verdict.Failed, (await Outcomes.FindAsync(_app, Version, devices[0], Cancellation)).Verdict);
        Assert.Equal(Verdict.Good, (await Outcomes.FindAsync(_app, Version, devices[1], Cancellation)).Verdict);
    }

    [Fact]
    public async Task Device_that_runs_the_release_past_its_probation_is_good()
    {
        var devices = await OfferedAsync(Voters.Many(2));
        await RecordAsync(Voters.Ran(devices[0], Voters.Noon), Voters.Ran(devices[1], Voters.Noon));

        await RecordAsync(Voters.Ran(devices[0], Voters.Noon.AddMinutes(2)), Voters.Ran(devices[1], Voters.Noon.AddSeconds(10)));

        Assert.Equal(new OutcomeTally(Exposed: 2, Good: 1, Failed: 0, Discarded: 0), await TallyAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _pipeline.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    private async Task<OfferTerms> OfferAsync(DevicePseudonym device) => (await Outcomes.OfferAsync(_app, Version, device, Cancellation)).Terms;

    private async Task<DevicePseudonym[]> OfferedAsync(DevicePseudonym[] devices)
    {
        Assert.All(await Task.WhenAll(devices.Select(OfferAsync)), terms => Assert.Equal(OfferTerms.Any, terms));
        return devices;
    }

    private Task<OutcomeTally> RecordAsync(params Vote[] votes) => Outcomes.RecordAsync(new TallyKey(_app, Version), votes, Cancellation);

    private async Task<OutcomeTally> TallyAsync() => (await Outcomes.TallyAsync(_app, Version, Cancellation)).Total;
}
