using Serverless.Apps;
using Serverless.Channels;
using Serverless.Ledger;
using Serverless.Notices;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Rollbacks;
using Serverless.Tests.Storage.Outcomes;
using Serverless.Tests.Support;

namespace Serverless.Tests.Storage.Notices;

/// <summary>Release 1.1.0 failed on a device and has an incident; its observer is told of each step.</summary>
public sealed class IncidentNoticesTests(AzuriteFixture azurite, KeyFolder keys) : IAsyncLifetime
{
    private static readonly BundleVersion Bad = BundleVersion.Parse("1.1.0");
    private static readonly DateTimeOffset OpenedAt = DateTimeOffset.UtcNow;

    private PipelineInstance _pipeline = null!;
    private AppId _app;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ReleaseCatalog Catalog => _pipeline.Get<ReleaseCatalog>();

    public async ValueTask InitializeAsync()
    {
        _pipeline = await PipelineInstance.StartAsync(azurite.ConnectionString, keys);
        _app = PipelineInstance.NewApp();
        await _pipeline.PublishAsync(_app, "1.1.0");
        await Catalog.ChangeAsync(
            _app,
            async (_, token) => new CatalogChange { Releases = [(await Catalog.FindReleaseAsync(_app, Bad, token))! with { WithdrawnBecause = "It failed." }], Ledger = [] },
            Cancellation);
    }

    [Fact]
    public async Task Exposed_devices_are_told_while_it_lasts_and_how_to_verify_when_it_is_over()
    {
        await ExposeAsync();

        await StepAsync(IncidentState.Opened);
        var opened = Assert.Single(await NoticesAsync());
        await StepAsync(IncidentState.Moved);
        await StepAsync(IncidentState.Escalated);
        var escalated = Assert.Single(await NoticesAsync());
        await StepAsync(IncidentState.Resolved);
        var notices = await NoticesAsync();

        Assert.Equal((NoticeKind.Incident, Bad, OpenedAt.AddMinutes(30)), (opened.Kind, opened.Audience.ExposedTo, opened.EstimatedEnd));
        Assert.Equal(["de", "en", "es", "fr"], opened.Texts.Keys);
        Assert.All(opened.Texts.Values, text => Assert.Contains("1.1.0", text.Title, StringComparison.Ordinal));
        Assert.Equal((opened.Id, null), (escalated.Id, escalated.EstimatedEnd));
        Assert.NotEqual(opened.Texts["en"], escalated.Texts["en"]);
        var resolution = Assert.Single(notices, notice => notice.Kind is NoticeKind.Resolution);
        Assert.NotNull(Assert.Single(notices, notice => notice.Kind is NoticeKind.Incident).ClosedAt);
        Assert.Equal((Bad, "1.0.0"), (resolution.Audience.ExposedTo, Assert.Single(resolution.GoodVersions)));
        Assert.Equal(
            [LedgerKind.NoticePublished, LedgerKind.NoticeChanged, LedgerKind.NoticeClosed, LedgerKind.NoticePublished],
            (await Catalog.VerifyAsync(_app)).Select(entry => entry.Kind).Where(kind => kind.StartsWith("notice.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Step_that_is_told_twice_or_late_writes_nothing_new()
    {
        await ExposeAsync();
        var opened = await StepAsync(IncidentState.Opened);
        await StepAsync(IncidentState.Resolved);
        var before = await NoticesAsync();

        foreach (var observer in Observers)
        {
            await observer.ChangedAsync(_app, opened, Cancellation);
        }

        await StepAsync(IncidentState.Resolved);

        Assert.Equal(before.Select(notice => notice.Tag()), (await NoticesAsync()).Select(notice => notice.Tag()));
    }

    [Fact]
    public async Task Nobody_is_told_of_a_release_that_nobody_had()
    {
        await StepAsync(IncidentState.Opened);
        await StepAsync(IncidentState.Resolved);

        Assert.Empty(await NoticesAsync());
    }

    [Fact]
    public async Task What_people_wrote_stays_when_the_incident_goes_on()
    {
        await ExposeAsync();
        await StepAsync(IncidentState.Opened);
        var notice = Assert.Single(await NoticesAsync());
        var words = new NoticeDraft(NoticeKind.Incident, notice.Texts.SetItem("en", new NoticeText("Our own words", "b")));
        await _pipeline.Get<NoticeBoard>().ChangeAsync(TestPrincipal.Operator, _app, notice.Id, words, _ => true, Cancellation);

        await StepAsync(IncidentState.Escalated);

        Assert.Equal("Our own words", Assert.Single(await NoticesAsync()).Texts["en"].Title);
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private IEnumerable<IIncidentObserver> Observers => _pipeline.Get<IEnumerable<IIncidentObserver>>();

    private async Task ExposeAsync()
    {
        var device = Voters.New();
        await _pipeline.Get<OutcomeStore>().OfferAsync(_app, Bad, device, Cancellation);
        await _pipeline.Get<OutcomeStore>().RecordAsync(new TallyKey(_app, Bad), [Voters.Failed(device)], Cancellation);
    }

    private async Task<Incident> StepAsync(IncidentState state)
    {
        var incident = new Incident
        {
            Version = Bad,
            State = state,
            Reason = "It failed.",
            OpenedAt = OpenedAt,
            ClosedAt = state is IncidentState.Resolved ? OpenedAt.AddMinutes(10) : null,
            Moves = state is IncidentState.Opened ? [] : [new ChannelMove(ChannelName.Production, BundleVersion.Parse("1.0.0"))],
        };
        await Catalog.ChangeAsync(_app, (_, _) => Task.FromResult<CatalogChange?>(new CatalogChange { Incident = incident, Ledger = [] }), Cancellation);
        foreach (var observer in Observers)
        {
            await observer.ChangedAsync(_app, incident, Cancellation);
        }

        return incident;
    }

    private async Task<Notice[]> NoticesAsync() => [.. await Catalog.ListNoticesAsync(_app, Cancellation)];
}
