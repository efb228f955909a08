using System.Net;
using System.Text.Json.Nodes;
using Serverless.Storage;
using Serverless.Tests.EndToEnd.Conformance;
using Serverless.Tests.Support.Faults;

namespace Serverless.Tests.EndToEnd.Management;

/// <summary>Keys as scripts see and change them. Only for one app each: the others on this server go on with their key.</summary>
[Collection(nameof(Conformance))]
public sealed class KeyAdministrationTests(ConformanceServer server)
{
    [Fact]
    public async Task Keys_are_listed_for_an_app_and_for_all()
    {
        var app = await New("keyslist").PublishAsync("1.4.1");
        await app.CheckAsync(app.Android());

        var key = await ReadKeyAsync(app);
        var all = await server.ManageAsync(HttpMethod.Get, "../keys");

        Assert.Equal("active", key["state"]!.GetValue<string>());
        Assert.Equal(key["keyId"]!.GetValue<string>().Replace('+', '-').Replace('/', '_'), Name(key));
        Assert.Equal("""{"signed":1,"inUse":1}""", key["releases"]!.ToJsonString());
        Assert.Equal("""{"carrying":0,"seen":1}""", key["devices"]!.ToJsonString());
        Assert.Equal((HttpStatusCode.OK, Name(key)), (all.Status, Name(Assert.Single(all.Body["keys"]!.AsArray())!)));
    }

    [Fact]
    public async Task Public_key_comes_with_its_state()
    {
        var app = await New("keysstate").PublishAsync("1.4.1");
        var before = await ReadPublicAsync(app);

        await PostAsync(app, Name(await ReadKeyAsync(app)), "disable", """{"answer":"block"}""");

        var after = await ReadPublicAsync(app);
        Assert.Equal(("active", true), (before["state"]!.GetValue<string>(), before["recommended"]!.GetValue<bool>()));
        Assert.Equal(("disabled", false), (after["state"]!.GetValue<string>(), after["recommended"]!.GetValue<bool>()));
        Assert.StartsWith("-----BEGIN RSA PUBLIC KEY-----", after["publicKey"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Public_key_that_cannot_be_told_in_an_outage_is_a_problem_that_passes()
    {
        var app = await New("keysoutage").PublishAsync("1.4.1");
        using var outage = server.Proxy.Fail(request => request.Service == StorageService.Table && request.Container == Tables.Catalog, status: 503, times: int.MaxValue);

        var answer = await server.ManageAsync(HttpMethod.Get, $"../../keys/{app.Id}");

        answer.RequireProblem(HttpStatusCode.ServiceUnavailable, "storage_unavailable");
    }

    [Fact]
    public async Task Disabled_key_is_answered_at_once_until_it_is_enabled_with_a_reason()
    {
        var app = await New("keysdisable").PublishAsync("1.4.1");
        var key = await ReadKeyAsync(app);
        var device = app.Android($$"""{"key_id":"{{key["keyId"]}}"}""");

        var disabled = await PostAsync(app, Name(key), "disable", """{"answer":"block","reason":"drill"}""");
        (await app.CheckAsync(device)).Require(
            """{"error":"key_disabled","message":"<text>","kind":"blocked","major":true,"version":"1.4.1","old":"1.4.0"}""");
        await PostAsync(app, Name(key), "disable", """{"answer":"builtin","reason":"drill"}""");
        (await app.CheckAsync(app.Android($$"""{"key_id":"{{key["keyId"]}}","version_name":"1.3.9"}"""))).Require("""{"version":"builtin"}""");
        (await PostAsync(app, Name(key), "enable")).RequireProblem(HttpStatusCode.BadRequest, "invalid_member", "reason");
        await PostAsync(app, Name(key), "enable", """{"reason":"end of drill"}""");

        Assert.Equal(("disabled", "block"), (disabled.Body["keys"]![0]!["state"]!.GetValue<string>(), disabled.Body["keys"]![0]!["answer"]!.GetValue<string>()));
        Assert.Equal("1.4.1", (await app.CheckAsync(device)).Text("version"));
        Assert.Equal(
            [$"key.disabled {key["keyId"]}", $"key.disabled {key["keyId"]}", $"key.enabled {key["keyId"]}"],
            (await server.Storage.ReadLedgerAsync(app.Id)).Where(entry => entry.StartsWith("key.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Key_is_retired_only_when_no_device_needs_it_and_another_one_signs()
    {
        var app = await New("keysretire").PublishAsync("1.4.1");
        var key = await ReadKeyAsync(app);
        (await PostAsync(app, Name(key), "retire")).RequireProblem(HttpStatusCode.Conflict, "last_key");
        await app.CheckAsync(app.Android($$"""{"key_id":"{{key["keyId"]}}"}"""));

        (await PostAsync(app, Name(key), "retire", "{}")).RequireProblem(HttpStatusCode.Conflict, "key_in_use");
        (await PostAsync(app, Name(key), "retire", """{"force":true}""")).RequireProblem(HttpStatusCode.BadRequest, "invalid_member", "reason");
        (await PostAsync(app, Name(key), "retire", """{"force":true,"reason":"drill"}""")).RequireProblem(HttpStatusCode.Conflict, "last_key");
    }

    [Fact]
    public async Task Body_that_means_nothing_is_refused_with_the_member()
    {
        var app = await New("keysbody").PublishAsync("1.4.1");
        var key = Name(await ReadKeyAsync(app));

        (await PostAsync(app, key, "disable")).RequireProblem(HttpStatusCode.BadRequest, "invalid_member", "answer");
        (await PostAsync(app, key, "disable", """{"answer":"maybe"}""")).RequireProblem(HttpStatusCode.BadRequest, "invalid_member", "answer");
        (await PostAsync(app, key, "disable", """{"answer":"block","why":"drill"}""")).RequireProblem(HttpStatusCode.BadRequest, "unknown_member", "why");
        (await PostAsync(app, key, "retire", """{"force":"yes"}""")).RequireProblem(HttpStatusCode.BadRequest, "invalid_member", "force");
        (await PostAsync(app, key, "retire", "not json")).RequireProblem(HttpStatusCode.BadRequest, "invalid_json");
    }

    [Fact]
    public async Task Unknown_key_and_unknown_app_are_not_found()
    {
        var app = await New("keysunknown").PublishAsync("1.4.1");

        (await PostAsync(app, "MIIBCgKCAQEAxxxxxxxx", "disable", """{"answer":"block"}""")).RequireProblem(HttpStatusCode.NotFound, "key_not_found");
        (await PostAsync(app, "MIIB", "retire")).RequireProblem(HttpStatusCode.NotFound, "key_not_found");
        (await server.ManageAsync(HttpMethod.Get, "com.example.keysnowhere/keys")).RequireProblem(HttpStatusCode.NotFound, "app_not_found");
    }

    private static string Name(JsonNode key) => key["name"]!.GetValue<string>();

    private async Task<JsonNode> ReadKeyAsync(ConformanceApp app) =>
        Assert.Single((await server.ManageAsync(HttpMethod.Get, $"{app.Id}/keys")).Body["keys"]!.AsArray())!;

    private async Task<JsonNode> ReadPublicAsync(ConformanceApp app) =>
        (await server.SendAsync(HttpMethod.Get, $"api/keys/{app.Id}", body: (string?)null)).Body["keys"]![0]!;

    private Task<ManagementAnswer> PostAsync(ConformanceApp app, string key, string act, string? body = null) =>
        server.ManageAsync(HttpMethod.Post, $"{app.Id}/keys/{key}/{act}", body);

    private ConformanceApp New(string name) => new(server, name);
}
