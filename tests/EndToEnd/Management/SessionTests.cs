using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Serverless.Access.Tokens;
using Serverless.Tests.EndToEnd.Conformance;

namespace Serverless.Tests.EndToEnd.Management;

/// <summary>A browser signs in, over HTTP.</summary>
[Collection(nameof(Conformance))]
public sealed class SessionTests(ConformanceServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Browser_that_signed_in_reads_and_acts_until_it_signs_out()
    {
        var (started, session) = await CallAsync(HttpMethod.Post, "session", body: $$"""{"token":"{{server.Token}}"}""");
        Assert.Equal((HttpStatusCode.OK, "token:first", "admin"), (started.StatusCode, (string?)session!["principal"], (string?)session["scopes"]!.AsArray().Single()));
        Assert.DoesNotContain(server.Token, session.ToJsonString(), StringComparison.Ordinal);
        var cookie = CookieOf(started);
        Assert.Equal($"session={server.Token}", cookie);

        var (read, _) = await CallAsync(HttpMethod.Get, "manage/tokens", cookie, fromPage: false);
        var (known, who) = await CallAsync(HttpMethod.Get, "session", cookie, fromPage: false);
        var (acted, _) = await CallAsync(HttpMethod.Delete, "manage/tokens/nobody", cookie);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.NotFound), (read.StatusCode, known.StatusCode, acted.StatusCode));
        Assert.Equal("token:first", (string?)who!["principal"]);

        var (ended, _) = await CallAsync(HttpMethod.Delete, "session", cookie);
        Assert.Equal((HttpStatusCode.NoContent, "session="), (ended.StatusCode, CookieOf(ended)));
        Assert.Contains("expires=Thu, 01 Jan 1970", ended.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", "session")]
    [InlineData("DELETE", "session")]
    [InlineData("DELETE", "manage/tokens/nobody")]
    [InlineData("POST", "manage/tokens")]
    public async Task Page_of_another_site_changes_nothing_with_the_cookie(string method, string path)
    {
        var (response, problem) = await CallAsync(HttpMethod.Parse(method), path, $"session={server.Token}", method == "POST" ? "{}" : null, fromPage: false);

        Assert.Equal((HttpStatusCode.Forbidden, "cross_site"), (response.StatusCode, (string?)problem!["code"]));
    }

    [Fact]
    public async Task Token_that_is_not_good_signs_nobody_in()
    {
        var (started, problem) = await CallAsync(HttpMethod.Post, "session", body: $$"""{"token":"{{TokenText.New()}}"}""");
        Assert.Equal((HttpStatusCode.Unauthorized, "unauthenticated"), (started.StatusCode, (string?)problem!["code"]));
        Assert.False(started.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Cookie_that_is_not_good_any_more_is_taken_back()
    {
        var (response, _) = await CallAsync(HttpMethod.Get, "session", $"session={TokenText.New()}");

        Assert.Equal((HttpStatusCode.Unauthorized, "session="), (response.StatusCode, CookieOf(response)));
    }

    [Fact]
    public async Task Who_has_not_signed_in_is_told_how_one_can()
    {
        var (response, session) = await CallAsync(HttpMethod.Get, "session");

        Assert.Equal((HttpStatusCode.OK, """{"scopes":[],"entraId":false}"""), (response.StatusCode, session!.ToJsonString()));
    }

    [Fact]
    public async Task Dashboard_is_at_the_root_and_below_dashboard_and_nowhere_else()
    {
        using var page = await GetAsync("/");
        using var script = await GetAsync("/dashboard/pages/overview.js");
        using var nothing = await GetAsync("/index.html");
        using var outside = await GetAsync("/dashboard/..%2f..%2fhost.json");

        Assert.Equal(("text/html", "text/javascript"), (page.Content.Headers.ContentType!.MediaType, script.Content.Headers.ContentType!.MediaType));
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (nothing.StatusCode, outside.StatusCode));
    }

    private Task<HttpResponseMessage> GetAsync(string path) => server.Deployment.Http.GetAsync(new Uri(server.Deployment.Server.Address, path), Cancellation);

    private static string CookieOf(HttpResponseMessage response) => response.Headers.GetValues("Set-Cookie").Single().Split(';')[0];

    private async Task<(HttpResponseMessage Response, JsonNode? Body)> CallAsync(HttpMethod method, string path, string? cookie = null, string? body = null, bool fromPage = true)
    {
        using var request = new HttpRequestMessage(method, new Uri(server.Deployment.Server.Address, $"api/{path}"));
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        if (fromPage)
        {
            request.Headers.Add("Sec-Fetch-Site", "same-origin");
        }

        request.Content = body is null ? null : new StringContent(body, new MediaTypeHeaderValue("application/json"));
        using var response = await server.Deployment.Http.SendAsync(request, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        return (response, text.Length > 0 ? JsonNode.Parse(text) : null);
    }
}
