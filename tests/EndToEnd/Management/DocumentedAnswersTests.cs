using System.Net;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.Management.Documents;
using Serverless.Tests.EndToEnd.Conformance;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;
using Serverless.Tests.Support.Logs;

namespace Serverless.Tests.EndToEnd.Management;

/// <summary>Every documented call, made on a server, with an answer of the kind that its document promises.</summary>
[Collection(nameof(Conformance))]
public sealed class DocumentedAnswersTests : IDisposable
{
    private const string Device = "44f128a5-ac7a-4c9a-be4c-224b6bf81b20";

    private const string Notice = """{"kind":"resolution","texts":{"en":{"title":"Hello","body":"All is well."}}}""";

    /// <summary>What would change the key of all apps, and with it the other tests of this server: only their problems are seen here.</summary>
    private static readonly string[] Harmful = ["ManageAllKeysRetire", "ManageAllKeysDisable", "ManageKeysRetire"];

    private readonly ConformanceServer _server;
    private readonly DocumentedAnswers _answers = new(new SecretTap());
    private readonly HttpClient _http;

    public DocumentedAnswersTests(ConformanceServer server) => (_server, _http) = (server, new HttpClient(_answers));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_documented_call_answers_as_it_is_documented()
    {
        var app = await new ConformanceApp(_server, "documented").PublishAsync("1.0.0");
        await app.PublishAsync("1.1.0");
        await app.PublishAsync("1.2.0", "beta");
        await app.CheckAsync(app.Android());

        await ReadAsync(app);
        await ChangeAppAsync(app);
        await LeadAsync(app);
        await AskForApprovalsAsync(app);
        await UploadAsync(app);
        await ChangeKeysAsync(app);
        await ChangeTokensAsync();
        await CallAsync("get", "apps/com.example.missing", HttpStatusCode.NotFound);
        await CallAsync("get", $"apps/{app.Id}/releases?limit=0", HttpStatusCode.BadRequest);
        await CallAsync("put", $"apps/{app.Id}/channels/beta", HttpStatusCode.BadRequest, """{"misspelt":true}""", "*");

        Assert.Empty(DocumentedAnswers.Operations.Except(_answers.Answered.Keys));
        Assert.Equal(Harmful.Order(StringComparer.Ordinal), _answers.Answered.Where(answer => (int)answer.Value >= 400).Select(answer => answer.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Served_document_is_the_one_that_answers_are_held_to()
    {
        var served = (await CallAsync("get", "openapi.json")).Body.AsObject();

        Assert.Equal("/api", (string?)served["servers"]![0]!["url"]);
        served.Remove("servers");
        Assert.True(JsonNode.DeepEquals(OpenApiDocument.Create(), served));
    }

    public void Dispose()
    {
        _http.Dispose();
        _answers.Dispose();
    }

    private async Task ReadAsync(ConformanceApp app)
    {
        foreach (var path in new[]
        {
            "apps", "openapi.json", "deliveries", "keys", "tokens", $"apps/{app.Id}", $"apps/{app.Id}/channels", $"apps/{app.Id}/channels/beta", $"apps/{app.Id}/releases?limit=1",
            $"apps/{app.Id}/releases/1.1.0", $"apps/{app.Id}/retention?limit=1", $"apps/{app.Id}/incidents", $"apps/{app.Id}/ledger", $"apps/{app.Id}/ledger/verification", $"apps/{app.Id}/quarantine",
            $"apps/{app.Id}/errors", $"apps/{app.Id}/notices", $"apps/{app.Id}/approvals", $"apps/{app.Id}/keys", $"apps/{app.Id}/statistics", $"apps/{app.Id}/statistics/overview",
            $"apps/{app.Id}/authentication", $"apps/{app.Id}/devices/{Device}/pin", $"apps/{app.Id}/devices/{Device}/key",
            $"apps/{app.Id}/devices/{Device}/explain?platform=android&version_build=1.0.0&version_name=1.0.0&plugin_version=8.51.23",
        })
        {
            await CallAsync("get", path);
        }
    }

    private async Task ChangeAppAsync(ConformanceApp app)
    {
        await CallAsync("put", $"apps/{app.Id}/devices/{Device}/pin", body: """{"version":"1.0.0"}""");
        await CallAsync("get", $"apps/{app.Id}/devices/{Device}/pin");
        await CallAsync("delete", $"apps/{app.Id}/devices/{Device}/pin");
        await CallAsync("post", $"apps/{app.Id}/tickets", body: $$"""{"device":"{{Device}}"}""");
        await CallAsync("post", $"apps/{app.Id}/devices/enrolments", body: """{"count":2}""");
        await CallAsync("delete", $"apps/{app.Id}/devices/{Device}/key");
        await CallAsync("delete", $"apps/{app.Id}/devices/{Device}?dry_run=true");

        await CallAsync("put", $"apps/{app.Id}/authentication", body: """{"methods":["none"]}""", ifMatch: "*");
        var key = await CallAsync("post", $"apps/{app.Id}/authentication/keys");
        await CallAsync("delete", $"apps/{app.Id}/authentication/keys/{key.Body["id"]}");

        await CallAsync("post", $"apps/{app.Id}/notices/preview", body: $$"""{"notice":{{Notice}}}""");
        var published = await CallAsync("post", $"apps/{app.Id}/notices", HttpStatusCode.Created, Notice);
        var one = $"apps/{app.Id}/notices/{published.Body["id"]}";
        await CallAsync("put", one, body: Notice, ifMatch: (await CallAsync("get", one)).ETag);
        await CallAsync("delete", one, ifMatch: (await CallAsync("get", one)).ETag);
    }

    private async Task LeadAsync(ConformanceApp app)
    {
        var (production, beta) = ($"apps/{app.Id}/channels/production", $"apps/{app.Id}/channels/beta");
        await CallAsync("put", beta, body: """{"emulator":false}""", ifMatch: "*");
        await CallAsync("put", $"{production}/ramp", body: """{"stages":[{"percent":50,"soak":"01:00:00","minGood":10}]}""", ifMatch: "*");
        await CallAsync("get", $"{production}/ramp");
        await CallAsync("post", $"{production}/rollout", body: """{"action":"start","version":"1.2.0"}""", ifMatch: "*");
        await CallAsync("get", $"{production}/rollout");
        await CallAsync("post", $"{production}/rollout", body: """{"action":"abort"}""", ifMatch: "*");

        var release = $"apps/{app.Id}/releases/1.1.0";
        await CallAsync("post", release, body: """{"action":"promote","channel":"beta","allowDowngrade":true}""", ifMatch: (await CallAsync("get", release)).ETag);
        await CallAsync("post", release, body: """{"action":"withdraw","reason":"It was bad.","dryRun":true}""");
        await CallAsync("post", release, body: """{"action":"withdraw","reason":"It was bad."}""", ifMatch: (await CallAsync("get", release)).ETag);
        var incident = $"apps/{app.Id}/incidents/1.1.0";
        await Eventually.True(
            async () => (string?)(await CallAsync("get", incident)).Body["state"] is not ("opened" or "verified"), "The recovery should have moved the channels.");
        await Eventually.True(
            async () => (await SendAsync("post", incident, """{"action":"takeover","reason":"I do it."}""", (await CallAsync("get", incident)).ETag)).Status is HttpStatusCode.OK,
            "The incident should have been taken over.");
        await CallAsync("get", $"apps/{app.Id}/statistics?from={DateTimeOffset.UtcNow.AddHours(-1):yyyy-MM-ddTHH:mm}Z&step=minute");
    }

    private async Task AskForApprovalsAsync(ConformanceApp app)
    {
        var policy = $"apps/{app.Id}/channels/beta/approvals";
        await CallAsync("put", policy, body: """{"required":1,"approvers":["token:first","token:other"],"uploaderMayApprove":true}""", ifMatch: (await CallAsync("get", policy)).ETag);
        var release = $"apps/{app.Id}/releases/1.2.0";
        await CallAsync("post", release, HttpStatusCode.Conflict, """{"action":"promote","channel":"beta"}""", (await CallAsync("get", release)).ETag);
        var request = await CallAsync("get", $"{policy}/1.2.0");
        await CallAsync("post", $"{policy}/1.2.0", body: $$"""{"action":"approve","sha256":"{{request.Body["sha256"]}}"}""");
        await CallAsync("get", $"apps/{app.Id}/approvals");
    }

    private async Task UploadAsync(ConformanceApp app)
    {
        var upload = await CallAsync("put", $"apps/{app.Id}/uploads/extra/3.0.0", HttpStatusCode.Accepted, WebBundle.Small("3.0.0").Zip());
        await Eventually.True(
            async () => (string?)(await CallAsync("get", ((string)upload.Body["follow"]!)["/api/manage/".Length..])).Body["state"] is "published", "The upload should have been published.");
        await CallAsync("put", $"apps/{app.Id}/uploads/extra/nonsense", HttpStatusCode.BadRequest, [1]);
    }

    private async Task ChangeKeysAsync(ConformanceApp app)
    {
        var listed = (await CallAsync("get", $"apps/{app.Id}/keys")).Body["keys"]![0]!;
        var key = ((string)listed["keyId"]!).Replace('+', '-').Replace('/', '_');
        await CallAsync("post", $"apps/{app.Id}/keys/{key}/retire", HttpStatusCode.Conflict, "{}");
        await CallAsync("post", $"apps/{app.Id}/keys/{key}/disable", body: """{"answer":"builtin","reason":"It was stolen."}""");
        await CallAsync("post", $"apps/{app.Id}/keys/{key}/enable", body: """{"reason":"It was not."}""");
        await CallAsync("post", $"keys/{key}/enable", body: "{}");
        await CallAsync("post", "keys/missing/retire", HttpStatusCode.NotFound, "{}");
        await CallAsync("post", "keys/missing/disable", HttpStatusCode.NotFound, """{"answer":"builtin","reason":"It was stolen."}""");
    }

    private async Task ChangeTokensAsync()
    {
        await CallAsync("post", "tokens", HttpStatusCode.Created, """{"name":"documented","scopes":["read"]}""");
        await CallAsync("delete", "tokens/documented");
    }

    private Task<ManagementAnswer> CallAsync(string method, string path, HttpStatusCode expected = HttpStatusCode.OK, string? body = null, string? ifMatch = null) =>
        RequireAsync(SendAsync(method, path, body, ifMatch), $"{method} {path}", expected);

    private Task<ManagementAnswer> CallAsync(string method, string path, HttpStatusCode expected, byte[] zip) =>
        RequireAsync(SendAsync(method, path, new ByteArrayContent(zip), ifMatch: null), $"{method} {path}", expected);

    private static async Task<ManagementAnswer> RequireAsync(Task<ManagementAnswer> call, string what, HttpStatusCode expected)
    {
        var answer = await call;
        Assert.True(answer.Status == expected, $"{what} was answered {(int)answer.Status}: {answer.Body}");
        return answer;
    }

    private Task<ManagementAnswer> SendAsync(string method, string path, string? body, string? ifMatch) =>
        SendAsync(method, path, body is null ? null : new StringContent(body, Encoding.UTF8, MediaTypeNames.Application.Json), ifMatch);

    private async Task<ManagementAnswer> SendAsync(string method, string path, HttpContent? content, string? ifMatch)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(_server.Deployment.Server.Address, $"api/manage/{path}")) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _server.Token);
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        using var response = await _http.SendAsync(request, Cancellation);
        return new ManagementAnswer(
            response.StatusCode,
            response.Content.Headers.ContentType?.MediaType,
            response.Headers.ETag?.ToString(),
            JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))!);
    }
}
