using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Serverless.Apps;
using Serverless.Devices;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Tests.Storage.Outcomes;
using Serverless.Tests.Support;

namespace Serverless.Tests.Storage.Notices;

/// <summary>What devices and people are shown, over HTTP.</summary>
public sealed class NoticesTests(AzuriteFixture azurite, KeyFolder keys) : IAsyncLifetime
{
    private const string Device = "44f128a5-ac7a-4c9a-be4c-224b6bf81b20";

    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";

    private NoticeServer _server = null!;
    private AppId _app;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await NoticeServer.StartAsync(azurite.ConnectionString, keys);
        _app = await _server.NewAppAsync();
    }

    [Fact]
    public async Task Notice_is_shown_in_the_language_that_fits_best()
    {
        await PublishAsync("""{"kind":"incident","texts":{"en":{"title":"Down","body":"b"},"de":{"title":"Gestört","body":"b"},"pt-BR":{"title":"Fora do ar","body":"b"}}}""");

        Assert.Equal(["Down"], (await ShowAsync()).Titles);
        Assert.Equal(["Gestört"], (await ShowAsync("&lang=de-AT")).Titles);
        Assert.Equal(["Gestört"], (await _server.GetAsync($"notices?app={_app}", ("Accept-Language", "sv, de;q=0.8, en;q=0.5"))).Titles);
        Assert.Equal(["Fora do ar"], (await ShowAsync("&lang=pt")).Titles);
        Assert.Equal(["Down"], (await ShowAsync("&lang=ja")).Titles);
    }

    [Fact]
    public async Task Notice_reaches_its_audience_and_nobody_else()
    {
        await PublishAsync("""{"kind":"incident","texts":{"en":{"title":"iOS","body":"b"}},"audience":{"platforms":["ios"]}}""");
        await PublishAsync("""{"kind":"incident","texts":{"en":{"title":"1.1.0","body":"b"}},"audience":{"versions":["1.1.0","builtin"]}}""");

        Assert.Empty((await ShowAsync()).Titles);
        Assert.Equal(["iOS"], (await ShowAsync("&platform=ios&version=1.0.0")).Titles);
        Assert.Equal(["1.1.0"], (await ShowAsync("&platform=android&version=builtin")).Titles);
        Assert.Equal(["1.1.0", "iOS"], (await ShowAsync("&platform=ios&version=1.1.0")).Titles);
    }

    [Fact]
    public async Task Withdrawal_is_shown_to_those_who_run_the_release_and_those_who_ran_it()
    {
        await PublishAsync("""{"kind":"resolution","texts":{"en":{"title":"Solved","body":"b"}},"audience":{"exposedTo":"1.1.0"}}""");
        var device = DevicePseudonym.Of(_app, Device, _server.Get<Pepper>());
        var outcomes = _server.Get<OutcomeStore>();
        await outcomes.OfferAsync(_app, BundleVersion.Parse("1.1.0"), device, Cancellation);

        Assert.Equal(["Solved"], (await ShowAsync("&version=1.1.0")).Titles);
        Assert.Empty((await ShowAsync("&version=1.0.0")).Titles);
        Assert.Empty((await ShowAsync($"&version=1.0.0&device={Device}")).Titles);

        await outcomes.RecordAsync(new TallyKey(_app, BundleVersion.Parse("1.1.0")), [Voters.Failed(device)], Cancellation);
        var shown = await ShowAsync($"&version=1.0.0&device={Device.ToUpperInvariant()}");

        Assert.Equal(["Solved"], shown.Titles);
        Assert.Contains("private", shown.Headers["Cache-Control"], StringComparison.Ordinal);
        Assert.Empty((await ShowAsync($"&version=1.0.0&device={Guid.NewGuid()}")).Titles);
    }

    [Fact]
    public async Task Answer_can_be_kept_and_asked_for_again()
    {
        await PublishAsync("""{"kind":"incident","texts":{"en":{"title":"Down","body":"b"}}}""");

        var first = await ShowAsync();
        var again = await _server.GetAsync($"notices?app={_app}", ("If-None-Match", first.Headers["ETag"]));

        Assert.Equal(("public, max-age=60", "*", "Accept, Accept-Language"), (first.Headers["Cache-Control"], first.Headers["Access-Control-Allow-Origin"], first.Headers["Vary"]));
        Assert.Equal((304, "", first.Headers["ETag"]), (again.Status, again.Text, again.Headers["ETag"]));
    }

    [Fact]
    public async Task Unknown_app_is_answered_like_one_without_notices()
    {
        var unknown = PipelineInstance.NewApp();

        var known = await ShowAsync();
        var other = await _server.GetAsync($"notices?app={unknown}");

        Assert.Equal((200, """{"notices":[]}"""), (other.Status, other.Text));
        Assert.Equal(known.Headers["ETag"], other.Headers["ETag"]);
        Assert.Equal("operational", (await _server.GetAsync($"status/{unknown}")).Json["state"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("notices", "missing_parameter", "app")]
    [InlineData("notices?app=example", "invalid_parameter", "app")]
    [InlineData("notices?app=com.example.app&device=17", "invalid_parameter", "device")]
    public async Task Query_that_means_nothing_is_refused(string path, string code, string member)
    {
        var refused = await _server.GetAsync(path);

        Assert.Equal((400, code, member), (refused.Status, refused.Json["code"]!.GetValue<string>(), refused.Json["member"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Maintenance_is_announced_before_it_begins_and_shown_as_the_state_while_it_lasts()
    {
        var now = DateTimeOffset.UtcNow;
        await PublishAsync(Maintenance("Later", now.AddDays(1), now.AddDays(2)));
        var before = await _server.GetAsync($"status/{_app}");

        await PublishAsync(Maintenance("Now", now.AddMinutes(-1), now.AddHours(1)));
        var during = await _server.GetAsync($"status/{_app}");

        Assert.Equal(("operational", "scheduled"), (before.Json["state"]!.GetValue<string>(), before.Json["open"]![0]!["state"]!.GetValue<string>()));
        Assert.Equal("maintenance", during.Json["state"]!.GetValue<string>());
        Assert.Equal(now.AddHours(1).ToUnixTimeSeconds(), during.Json["estimatedEnd"]!.GetValue<DateTimeOffset>().ToUnixTimeSeconds());
    }

    [Fact]
    public async Task Status_is_a_page_for_browsers_without_script_and_with_every_text_encoded()
    {
        await PublishAsync("""{"kind":"incident","texts":{"en":{"title":"<script>alert(1)</script> & co","body":"Line 1\nLine 2"},"de":{"title":"Gestört","body":"Größe & Co"}}}""");

        var page = await _server.GetAsync($"status/{_app}", ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"));
        var german = await _server.GetAsync($"status/{_app}?lang=de", ("Accept", "text/html"));

        Assert.Equal((200, "text/html; charset=utf-8"), (page.Status, page.Headers["Content-Type"]));
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; co", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page.Text, StringComparison.Ordinal);
        Assert.Contains("<html lang=\"de\">", german.Text, StringComparison.Ordinal);
        Assert.Contains("Größe &amp; Co", german.Text, StringComparison.Ordinal);
        Assert.InRange(Encoding.UTF8.GetByteCount(page.Text), 1000, 20_000);

        var style = page.Text[(page.Text.IndexOf("<style>", StringComparison.Ordinal) + 7)..page.Text.IndexOf("</style>", StringComparison.Ordinal)];
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)));
        Assert.StartsWith($"default-src 'none'; style-src 'sha256-{hash}';", page.Headers["Content-Security-Policy"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_is_a_feed_whose_entries_keep_their_ids_when_they_change()
    {
        await PublishAsync("""{"kind":"incident","texts":{"en":{"title":"Down & out","body":"<b>"}}}""");
        var before = XDocument.Parse((await _server.GetAsync($"status/{_app}/feed")).Text);
        var list = await _server.GetAsync($"manage/apps/{_app}/notices");
        var address = $"manage/apps/{_app}/notices/{list.Json["notices"]![0]!["id"]}";
        await _server.SendAsync(HttpMethod.Put, address, """{"kind":"incident","texts":{"en":{"title":"Up again","body":"b"}}}""", ("If-Match", "*"));

        var answer = await _server.GetAsync($"status/{_app}", ("Accept", "application/atom+xml"));

        var after = XDocument.Parse(answer.Text);
        Assert.Equal("application/atom+xml; charset=utf-8", answer.Headers["Content-Type"]);
        Assert.Equal(("Down & out", "Up again"), (Entry(before, "title"), Entry(after, "title")));
        Assert.Equal(Entry(before, "id"), Entry(after, "id"));
        Assert.Matches("\\Aurn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\z", Entry(after, "id"));
        Assert.True(DateTimeOffset.Parse(Entry(before, "updated"), CultureInfo.InvariantCulture) < DateTimeOffset.Parse(Entry(after, "updated"), CultureInfo.InvariantCulture));
        Assert.Equal(Entry(after, "updated"), after.Root!.Element(Atom + "updated")!.Value);
        Assert.Equal(before.Root!.Element(Atom + "id")!.Value, after.Root.Element(Atom + "id")!.Value);
        Assert.NotNull(after.Root.Element(Atom + "author"));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static string Entry(XDocument feed, string element) => feed.Root!.Element(Atom + "entry")!.Element(Atom + element)!.Value;

    private static string Maintenance(string title, DateTimeOffset start, DateTimeOffset end) =>
        $$$"""{"kind":"maintenance","texts":{"en":{"title":"{{{title}}}","body":"b"}},"startsAt":"{{{start:O}}}","endsAt":"{{{end:O}}}"}""";

    private async Task PublishAsync(string body) => Assert.Equal(201, (await _server.SendAsync(HttpMethod.Post, $"manage/apps/{_app}/notices", body)).Status);

    private Task<HttpAnswer> ShowAsync(string query = "") => _server.GetAsync($"notices?app={_app}{query}");
}
