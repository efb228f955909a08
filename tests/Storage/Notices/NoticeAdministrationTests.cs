using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Serverless.Apps;
using Serverless.Ledger;
using Serverless.Notices;
using Serverless.Releases;
using Serverless.Tests.Support;

namespace Serverless.Tests.Storage.Notices;

/// <summary>Notices as people manage them, over HTTP.</summary>
public sealed class NoticeAdministrationTests(AzuriteFixture azurite, KeyFolder keys) : IAsyncLifetime
{
    private const string Incident = """{"kind":"incident","texts":{"en":{"title":"Search is down","body":"We are on it."}}}""";

    private NoticeServer _server = null!;
    private AppId _app;

    public async ValueTask InitializeAsync()
    {
        _server = await NoticeServer.StartAsync(azurite.ConnectionString, keys);
        _app = await _server.NewAppAsync();
    }

    [Fact]
    public async Task Published_notice_is_read_changed_and_closed_with_its_etag_and_recorded_each_time()
    {
        var published = await PostAsync(Incident);
        var address = published.Headers["Location"]["/api/".Length..];
        var changed = await PutAsync(address, Incident.Replace("on it", "still on it", StringComparison.Ordinal), published.Headers["ETag"]);
        var stale = await PutAsync(address, Incident, published.Headers["ETag"]);
        var blind = await _server.SendAsync(HttpMethod.Delete, address);
        var closed = await _server.SendAsync(HttpMethod.Delete, address, null, ("If-Match", changed.Headers["ETag"]));
        var late = await PutAsync(address, Incident, closed.Headers["ETag"]);

        Assert.Equal((201, 200, 412, 428, 200, 409), (published.Status, changed.Status, stale.Status, blind.Status, closed.Status, late.Status));
        Assert.Equal("We are still on it.", (await _server.GetAsync(address)).Json["texts"]!["en"]!["body"]!.GetValue<string>());
        Assert.Equal(("active", "closed", "notice_closed"), (Text(changed, "state"), Text(closed, "state"), Text(late, "code")));
        Assert.Equal(
            [LedgerKind.NoticePublished, LedgerKind.NoticeChanged, LedgerKind.NoticeClosed],
            (await _server.Get<ReleaseCatalog>().VerifyAsync(_app)).Select(entry => entry.Kind).TakeLast(3));
    }

    [Theory]
    [InlineData("""{"kind":"incident"}""", "texts")]
    [InlineData("""{"kind":"incident","texts":{"de":{"title":"a","body":"b"}}}""", "texts")]
    [InlineData("""{"kind":"incident","texts":{"en":{"title":"a","body":"b"},"no language":{"title":"a","body":"b"}}}""", "texts")]
    [InlineData("""{"kind":"incident","texts":{"en":{"title":" ","body":"b"}}}""", "texts.en.title")]
    [InlineData("""{"kind":"incident","texts":{"en":{"title":"a\nb","body":"b"}}}""", "texts.en.title")]
    [InlineData("""{"kind":"incident","texts":{"en":{"title":"a","body":"\u0000"}}}""", "texts.en.body")]
    [InlineData("""{"kind":"outage","texts":{"en":{"title":"a","body":"b"}}}""", "kind")]
    [InlineData("""{"kind":"maintenance","texts":{"en":{"title":"a","body":"b"}}}""", "startsAt")]
    [InlineData("""{"kind":"maintenance","texts":{"en":{"title":"a","body":"b"}},"startsAt":"2030-01-01T10:00:00Z","endsAt":"2030-01-01T09:00:00Z"}""", "endsAt")]
    [InlineData("""{"kind":"incident","texts":{"en":{"title":"a","body":"b"}},"audience":{"platforms":["windows"]}}""", "audience.platforms")]
    [InlineData("""{"kind":"incident","texts":{"en":{"title":"a","body":"b"}},"audience":{"exposedTo":"v1"}}""", "audience.exposedTo")]
    [InlineData("""{"kind":"incident","texts":{"en":{"title":"a","body":"b"}},"colour":"red"}""", "colour")]
    public async Task Notice_that_means_nothing_is_refused_with_the_member(string body, string member)
    {
        var refused = await PostAsync(body);

        Assert.Equal((400, member), (refused.Status, Text(refused, "member")));
    }

    [Fact]
    public async Task Body_over_the_limit_an_unknown_app_and_an_unknown_notice_are_told_apart()
    {
        var large = await PostAsync(Incident.Replace("We are on it.", new string('a', 20_000), StringComparison.Ordinal));
        var app = await _server.SendAsync(HttpMethod.Post, $"manage/apps/{PipelineInstance.NewApp()}/notices", Incident);
        var notice = await _server.GetAsync($"manage/apps/{_app}/notices/{new string('0', 32)}");

        Assert.Equal(("body_too_large", "app_not_found", "notice_not_found"), (Text(large, "code"), Text(app, "code"), Text(notice, "code")));
    }

    [Fact]
    public async Task Hundred_open_notices_are_the_most_an_app_has()
    {
        var catalog = _server.Get<ReleaseCatalog>();
        var now = DateTimeOffset.UtcNow;
        Notice[] open = [.. Enumerable.Range(0, 100).Select(_ => Some(now))];
        foreach (var some in open.Chunk(50))
        {
            await catalog.ChangeAsync(_app, (_, _) => Task.FromResult<CatalogChange?>(new CatalogChange { Notices = [.. some], Ledger = [] }), TestContext.Current.CancellationToken);
        }

        var refused = await PostAsync(Incident);
        await _server.SendAsync(HttpMethod.Delete, $"manage/apps/{_app}/notices/{open[7].Id}", null, ("If-Match", "*"));
        var accepted = await PostAsync(Incident);

        Assert.Equal((409, "too_many_notices", 201), (refused.Status, Text(refused, "code"), accepted.Status));
    }

    [Fact]
    public async Task Notices_are_listed_page_by_page_and_the_newest_first()
    {
        string[] written = [.. (await Task.WhenAll(PostAsync(Incident), PostAsync(Incident), PostAsync(Incident))).Select(answer => Text(answer, "id")!)];

        var first = (await _server.GetAsync($"manage/apps/{_app}/notices?limit=2")).Json;
        var last = (await _server.GetAsync($"manage/apps/{_app}/notices?limit=2&after={first["next"]}")).Json;
        var wrong = await _server.GetAsync($"manage/apps/{_app}/notices?limit=0");

        var listed = first["notices"]!.AsArray().Concat(last["notices"]!.AsArray()).Select(notice => notice!).ToArray();
        Assert.Equal((2, null), (first["notices"]!.AsArray().Count, last["next"]?.ToString()));
        Assert.Equal(written.Order(), listed.Select(notice => notice["id"]!.GetValue<string>()).Order());
        Assert.Equal(listed.Select(CreatedAt).OrderDescending(), listed.Select(CreatedAt));
        Assert.Equal((400, "invalid_parameter"), (wrong.Status, Text(wrong, "code")));

        static DateTimeOffset CreatedAt(JsonNode notice) => notice["createdAt"]!.GetValue<DateTimeOffset>();
    }

    [Fact]
    public async Task Notice_closed_for_ninety_days_is_forgotten_and_no_other()
    {
        var now = DateTimeOffset.UtcNow;
        var old = Some(now) with { ClosedAt = now.AddDays(-91) };
        var recent = Some(now) with { ClosedAt = now.AddDays(-89) };
        var ended = Some(now) with { EndsAt = now.AddDays(-91) };
        var open = Some(now);
        await _server.Get<ReleaseCatalog>().ChangeAsync(
            _app,
            (_, _) => Task.FromResult<CatalogChange?>(new CatalogChange { Notices = [old, recent, ended, open], Ledger = [] }),
            TestContext.Current.CancellationToken);

        await _server.Get<NoticeUpkeep>().RunAsync(TestContext.Current.CancellationToken);

        var left = (await _server.GetAsync($"manage/apps/{_app}/notices")).Json["notices"]!.AsArray().Select(notice => notice!["id"]!.GetValue<string>());
        Assert.Equal(new[] { recent.Id, open.Id }.Order(), left.Order());
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static Notice Some(DateTimeOffset now) => new()
    {
        Id = NoticeId.New(now),
        Kind = NoticeKind.Incident,
        Texts = ImmutableSortedDictionary<string, NoticeText>.Empty.Add("en", new NoticeText("a", "b")),
        CreatedAt = now,
        UpdatedAt = now,
    };

    private static string? Text(HttpAnswer answer, string member) => (answer.Json as JsonObject)?[member]?.GetValue<string>();

    private Task<HttpAnswer> PostAsync(string body) => _server.SendAsync(HttpMethod.Post, $"manage/apps/{_app}/notices", body);

    private Task<HttpAnswer> PutAsync(string address, string body, string etag) => _server.SendAsync(HttpMethod.Put, address, body, ("If-Match", etag));
}
