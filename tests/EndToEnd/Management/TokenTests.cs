using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Serverless.Access.Tokens;
using Serverless.Tests.EndToEnd.Conformance;
using Serverless.Tests.Support;

namespace Serverless.Tests.EndToEnd.Management;

/// <summary>Who may call, over HTTP.</summary>
[Collection(nameof(Conformance))]
public sealed class TokenTests(ConformanceServer server)
{
    private const string Tokens = "manage/tokens";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Strangers =>
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer sot_",
        $"Bearer {TokenText.New()}",
        $"Basic {Convert.ToBase64String("first:first"u8)}",
        "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.",
        $"Bearer {new string('x', 13 * 1024)}",
    ];

    [Theory]
    [MemberData(nameof(Strangers), DisableDiscoveryEnumeration = true)]
    public async Task Stranger_hears_the_same_whatever_was_wrong(string authorization)
    {
        var (response, body) = await CallAsync(HttpMethod.Get, Tokens, authorization);

        // A call's own number is all that may differ.
        var problem = JsonNode.Parse(body)!.AsObject();
        Assert.True(problem.Remove("correlationId"));
        Assert.Equal(
            """{"status":401,"code":"unauthenticated","detail":"The call needs a token that is good here, in the header Authorization.","title":"Unauthorized"}""", problem.ToJsonString());
        Assert.Equal((HttpStatusCode.Unauthorized, "Bearer", "application/problem+json"), (response.StatusCode, $"{response.Headers.WwwAuthenticate}", $"{response.Content.Headers.ContentType}"));
    }

    [Fact]
    public async Task Token_is_issued_used_for_its_scope_and_revoked()
    {
        var issued = await OrderAsync("""{"name":"reader","scopes":["read"]}""");
        var token = (string)issued["token"]!;

        var (read, _) = await CallAsync(HttpMethod.Get, "manage/deliveries", $"Bearer {token}");
        var (forbidden, problem) = await CallAsync(HttpMethod.Get, Tokens, $"bearer {token}");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Forbidden), (read.StatusCode, forbidden.StatusCode));
        Assert.Equal("forbidden", (string?)JsonNode.Parse(problem)!["code"]);
        Assert.Empty(forbidden.Headers.WwwAuthenticate);

        var (revoked, _) = await CallAsync(HttpMethod.Delete, $"{Tokens}/reader", $"Bearer {server.Token}");
        var (late, _) = await CallAsync(HttpMethod.Get, "manage/deliveries", $"Bearer {token}");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (revoked.StatusCode, late.StatusCode));

        var (_, list) = await CallAsync(HttpMethod.Get, Tokens, $"Bearer {server.Token}");
        Assert.DoesNotContain("\"token\":", list, StringComparison.Ordinal);
        var listed = Assert.Single(JsonNode.Parse(list)!["tokens"]!.AsArray(), entry => (string?)entry!["name"] == "reader");
        Assert.NotNull(listed!["revokedAt"]);
        Assert.DoesNotContain(server.Deployment.Output, line => line.Contains(token[4..], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Token_of_an_app_is_good_for_that_app_alone()
    {
        var token = (string)(await OrderAsync("""{"name":"one-app","scopes":["admin"],"apps":["com.example.tokenone"],"days":1}"""))["token"]!;

        var (own, _) = await CallAsync(HttpMethod.Get, "manage/apps/com.example.tokenone/channels", $"Bearer {token}");
        var (other, _) = await CallAsync(HttpMethod.Get, "manage/apps/com.example.tokentwo/channels", $"Bearer {token}");
        var (all, _) = await CallAsync(HttpMethod.Get, "manage/keys", $"Bearer {token}");

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (own.StatusCode, other.StatusCode, all.StatusCode));
    }

    [Theory]
    [InlineData("""{"scopes":["read"]}""", "name")]
    [InlineData("""{"name":"x"}""", "scopes")]
    [InlineData("""{"name":"x","scopes":["root"]}""", "scopes")]
    [InlineData("""{"name":"x","scopes":["read"],"apps":["no app"]}""", "apps")]
    [InlineData("""{"name":"x","scopes":["read"],"days":100000}""", "days")]
    public async Task Order_that_makes_no_sense_names_the_member(string order, string member)
    {
        var (response, problem) = await CallAsync(HttpMethod.Post, Tokens, $"Bearer {server.Token}", order);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_member", member), (response.StatusCode, (string?)JsonNode.Parse(problem)!["code"], (string?)JsonNode.Parse(problem)!["member"]));
    }

    [Fact]
    public async Task Caller_is_in_the_ledger_of_what_it_did()
    {
        var app = new ConformanceApp(server, "tokenledger");
        await app.PublishAsync("1.4.1");

        var changed = await server.ManageAsync(HttpMethod.Put, $"{app.Id}/channels/production", """{"emulator":false}""", ifMatch: "*");

        Assert.Equal(HttpStatusCode.OK, changed.Status);
        var rows = await server.Catalog.ReadLedgerAsync(StoredState.Id(app.Id), Cancellation).Select(row => row.Read()).ToListAsync(Cancellation);
        Assert.Equal("token:first", rows.Single(row => row.Kind == "channel.changed").Actor);
    }

    private async Task<JsonNode> OrderAsync(string order)
    {
        var (response, body) = await CallAsync(HttpMethod.Post, Tokens, $"Bearer {server.Token}", order);
        Assert.Equal((HttpStatusCode.Created, "no-store"), (response.StatusCode, $"{response.Headers.CacheControl}"));
        return JsonNode.Parse(body)!;
    }

    private async Task<(HttpResponseMessage Response, string Body)> CallAsync(HttpMethod method, string path, string authorization, string? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(server.Deployment.Server.Address, $"api/{path}"));
        if (authorization.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        request.Content = body is null ? null : new StringContent(body, new MediaTypeHeaderValue("application/json"));
        using var response = await server.Deployment.Http.SendAsync(request, Cancellation);
        return (response, await response.Content.ReadAsStringAsync(Cancellation));
    }
}
