using System.Net;
using System.Text.Json.Nodes;
using Serverless.Tests.EndToEnd.Conformance;

namespace Serverless.Tests.EndToEnd.Management;

[Collection(nameof(Conformance))]
public sealed class ChannelPolicyTests(ConformanceServer server)
{
    private const string Defaults =
        """{"public":true,"allowSelfSet":false,"versions":"major","allowUnderNative":false,"android":true,"ios":true,"electron":true,"prod":true,"dev":true,"device":true,"emulator":true}""";

    [Fact]
    public async Task Channels_are_listed_and_read_with_an_etag()
    {
        var app = await New("managedlist").PublishAsync("1.4.1");
        await app.PublishAsync("1.5.0", "beta");

        var listed = await server.ManageAsync(HttpMethod.Get, $"{app.Id}/channels");
        var read = await ReadAsync(app);
        var again = await ReadAsync(app);

        var production = $$"""{"name":"production","id":1,"target":"1.4.1","policy":{{Defaults}}}""";
        Assert.Equal((HttpStatusCode.OK, production), (read.Status, read.Body.ToJsonString()));
        Assert.Equal(production, listed.Body["channels"]![0]!.ToJsonString());
        Assert.Equal(("beta", "1.5.0"), (listed.Body["channels"]![1]!["name"]!.GetValue<string>(), listed.Body["channels"]![1]!["target"]!.GetValue<string>()));
        Assert.Matches("\\A\"[0-9a-f]{32}\"\\z", read.ETag);
        Assert.Equal(read.ETag, again.ETag);
    }

    [Fact]
    public async Task Channels_are_listed_page_by_page()
    {
        var app = await New("managedpages").PublishAsync("1.4.1");
        await app.PublishAsync("1.5.0", "beta");
        await app.PublishAsync("1.6.0", "alpha");

        var first = await server.ManageAsync(HttpMethod.Get, $"{app.Id}/channels?limit=2");
        var last = await server.ManageAsync(HttpMethod.Get, $"{app.Id}/channels?limit=2&after={first.Body["next"]}");
        var wrong = await server.ManageAsync(HttpMethod.Get, $"{app.Id}/channels?after=x");

        Assert.Equal(["production", "beta"], Names(first.Body));
        Assert.Equal(["alpha"], Names(last.Body));
        Assert.Null(last.Body["next"]);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_parameter"), (wrong.Status, wrong.Body["code"]?.GetValue<string>()));

        static IEnumerable<string> Names(JsonNode page) => page["channels"]!.AsArray().Select(channel => channel!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task Changed_policy_changes_the_next_answer()
    {
        var app = await New("managedpolicy").PublishAsync("1.5.0");
        (await app.CheckAsync(app.Android())).Require(ConformanceApp.Offer("1.5.0"));
        var read = await ReadAsync(app);

        var changed = await PutAsync(app, """{"versions":"minor"}""", read.ETag);

        Assert.Equal((HttpStatusCode.OK, "minor"), (changed.Status, changed.Body["policy"]!["versions"]!.GetValue<string>()));
        Assert.NotEqual(read.ETag, changed.ETag);
        Assert.Equal(changed.ETag, (await ReadAsync(app)).ETag);
        (await app.CheckAsync(app.Android())).Require(
            """{"error":"disable_auto_update_to_minor","message":"<text>","kind":"blocked","major":true,"version":"1.5.0","old":"1.4.0"}""");
    }

    [Fact]
    public async Task Channel_can_be_opened_to_devices_that_choose_it()
    {
        var app = await New("managedchoice").PublishAsync("1.4.1");
        await app.PublishAsync("1.5.0", "beta");
        var beta = await server.ManageAsync(HttpMethod.Get, $"{app.Id}/channels/beta");
        var closed = await server.ManageAsync(HttpMethod.Put, $"{app.Id}/channels/beta", """{"allowSelfSet":false}""", beta.ETag);
        (await app.ChannelSelfAsync(HttpMethod.Post, app.Android("""{"channel":"beta"}"""))).Require("""{"error":"channel_self_set_not_allowed","message":"<text>"}""");

        await server.ManageAsync(HttpMethod.Put, $"{app.Id}/channels/beta", """{"allowSelfSet":true}""", closed.ETag);

        (await app.ChannelSelfAsync(HttpMethod.Post, app.Android("""{"channel":"beta"}"""))).Require("""{"status":"ok","allowSet":true}""");
    }

    [Fact]
    public async Task Change_needs_the_etag_of_what_it_changes()
    {
        var app = await New("managedetag").PublishAsync("1.4.1");
        var read = await ReadAsync(app);

        (await PutAsync(app, """{"ios":false}""", ifMatch: null)).RequireProblem(HttpStatusCode.PreconditionRequired, "missing_if_match");
        (await PutAsync(app, """{"ios":false}""", "\"other\"")).RequireProblem(HttpStatusCode.PreconditionFailed, "changed_meanwhile");
        Assert.Equal(read.ETag, (await ReadAsync(app)).ETag);

        var same = await PutAsync(app, Defaults, read.ETag);
        await app.PublishAsync("1.4.2");

        Assert.Equal((HttpStatusCode.OK, read.ETag), (same.Status, same.ETag));
        (await PutAsync(app, """{"ios":false}""", read.ETag)).RequireProblem(HttpStatusCode.PreconditionFailed, "changed_meanwhile");
        Assert.Equal(HttpStatusCode.OK, (await PutAsync(app, """{"ios":false}""", "*")).Status);
    }

    [Fact]
    public async Task Body_that_means_nothing_is_refused_with_the_member()
    {
        var app = await New("managedbody").PublishAsync("1.4.1");

        (await PutAsync(app, """{"colour":"red"}""", "*")).RequireProblem(HttpStatusCode.BadRequest, "unknown_member", "colour");
        (await PutAsync(app, """{"emulator":"no"}""", "*")).RequireProblem(HttpStatusCode.BadRequest, "invalid_member", "emulator");
        (await PutAsync(app, "not json", "*")).RequireProblem(HttpStatusCode.BadRequest, "invalid_json");
        (await PutAsync(app, $$"""{"colour":"{{new string('r', 20_000)}}"}""", "*")).RequireProblem(HttpStatusCode.RequestEntityTooLarge, "body_too_large");
        Assert.Equal(Defaults, (await ReadAsync(app)).Body["policy"]!.ToJsonString());
    }

    [Theory]
    [InlineData("com.example.managednowhere/channels")]
    [InlineData("com.example.managednowhere/channels/production")]
    [InlineData("nonsense/channels/production")]
    public async Task Unknown_app_is_not_found(string path) =>
        (await server.ManageAsync(HttpMethod.Get, path)).RequireProblem(HttpStatusCode.NotFound, "app_not_found");

    [Theory]
    [InlineData("beta")]
    [InlineData("bad!name")]
    public async Task Unknown_channel_is_neither_found_nor_made(string channel)
    {
        var app = await New($"managedunknown{channel.Length}").PublishAsync("1.4.1");

        (await server.ManageAsync(HttpMethod.Put, $"{app.Id}/channels/{channel}", """{"public":true}""", "*")).RequireProblem(HttpStatusCode.NotFound, "channel_not_found");
        (await server.ManageAsync(HttpMethod.Get, $"{app.Id}/channels/{channel}")).RequireProblem(HttpStatusCode.NotFound, "channel_not_found");
    }

    private Task<ManagementAnswer> ReadAsync(ConformanceApp app) => server.ManageAsync(HttpMethod.Get, $"{app.Id}/channels/production");

    private Task<ManagementAnswer> PutAsync(ConformanceApp app, string body, string? ifMatch) =>
        server.ManageAsync(HttpMethod.Put, $"{app.Id}/channels/production", body, ifMatch);

    private ConformanceApp New(string name) => new(server, name);
}
