using Serverless.Apps;
using Serverless.Channels;
using Serverless.Devices;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Storage;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Faults;
using Serverless.Updates;

namespace Serverless.Tests.Storage.Outcomes;

/// <summary>An app with a channel for each of its customers: what a report costs does not grow with them.</summary>
public sealed class ManyChannelsTests(AzuriteFixture azurite, KeyFolder keys) : IAsyncLifetime
{
    private const int Customers = 40;

    private static readonly BundleVersion Current = BundleVersion.Parse("1.0.0");

    private readonly AppId _app = PipelineInstance.NewApp();
    private readonly DevicePseudonym _device = Voters.New();
    private StorageProxy _proxy = null!;
    private PipelineInstance _pipeline = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private OutcomeStore Outcomes => _pipeline.Get<OutcomeStore>();

    // Each has three releases behind it that no other channel had, and the last one leads to the release.
    public async ValueTask InitializeAsync()
    {
        _proxy = await StorageProxy.StartAsync(azurite.ConnectionString, Cancellation);
        _pipeline = await PipelineInstance.StartAsync(_proxy.ConnectionString, keys);
        await _pipeline.PublishAsync(_app, $"{Current}");
        var channels = Enumerable.Range(1, Customers).Select(number =>
            Channel.New(ChannelName.TryParse($"customer-{number}", out var name) ? name : throw new FormatException(), number + 1) with
            {
                Target = number == Customers ? Current : null,
                History = [.. Enumerable.Range(0, 3).Select(ago => BundleVersion.Parse($"0.{number}.{ago}"))],
            });
        await _pipeline.Get<ReleaseCatalog>().ChangeAsync(_app, (_, _) => Task.FromResult<CatalogChange?>(new CatalogChange { Channels = [.. channels], Ledger = [] }), Cancellation);
        await _pipeline.Get<AppSnapshots>().GetAsync(_app);
    }

    [Fact]
    public async Task Report_that_names_no_release_is_looked_for_among_so_many_and_first_where_devices_are_led_by_themselves()
    {
        await Outcomes.OfferAsync(_app, Current, _device, Cancellation);
        _proxy.Forget();

        var found = await _pipeline.Get<EvidenceAttribution>().FindVersionAsync(_app, _device, named: null, Cancellation);

        Assert.Equal(Current, found);
        Assert.Equal(64, OutcomesRead);
    }

    [Fact]
    public async Task New_voter_is_looked_for_among_so_many_and_first_behind_the_channels_that_lead_to_the_release()
    {
        var before = BundleVersion.Parse($"0.{Customers}.0");
        await Outcomes.OfferAsync(_app, before, _device, Cancellation);
        _proxy.Forget();

        var has = await _pipeline.Get<Tenure>().HasAsync(new TallyKey(_app, Current), _device, DateTimeOffset.UtcNow.AddHours(2), Cancellation);

        Assert.True(has);
        Assert.Equal(16, OutcomesRead);
    }

    public async ValueTask DisposeAsync()
    {
        await _pipeline.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    private int OutcomesRead => _proxy.Requests.Count(request => request is { Service: StorageService.Table, Method: "GET" } && request.Container == Tables.Outcomes);
}
