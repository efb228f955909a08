using System.Net;
using System.Net.Http.Headers;
using Serverless.Tests.EndToEnd.Conformance;

namespace Serverless.Tests.EndToEnd.Transport;

/// <summary>What the server as it runs says around its answers.</summary>
[Collection(nameof(Conformance))]
public sealed class TransportTests(ConformanceServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("api/health", "no-store", "default-src 'none'; frame-ancestors 'none'", "same-origin")]
    [InlineData("api/nowhere", "no-store", "default-src 'none'; frame-ancestors 'none'", "same-origin")]
    [InlineData("api/manage/apps/com.example.none/channels", "no-store", "default-src 'none'; frame-ancestors 'none'", "same-origin")]
    [InlineData("api/notices?app=com.example.none&platform=ios&version=1.0.0", "public, max-age=60", "default-src 'none'; frame-ancestors 'none'", "cross-origin")]
    [InlineData("api/status/com.example.none", "public, max-age=60", "default-src 'none'; style-src 'sha256-", "cross-origin")]
    public async Task Headers_are_those_of_the_kind_of_answer(string path, string cacheControl, string policy, string resources)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Accept = { new MediaTypeWithQualityHeaderValue("text/html") } } };

        using var answer = await server.Deployment.Server.Http.SendAsync(request, Cancellation);

        Assert.Equal(cacheControl, answer.Headers.CacheControl?.ToString());
        Assert.StartsWith(policy, Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal([resources], answer.Headers.GetValues("Cross-Origin-Resource-Policy"));
        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
        Assert.Equal(["no-referrer"], answer.Headers.GetValues("Referrer-Policy"));
        Assert.False(answer.Headers.Contains("Server"));
        Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task Instance_is_ready_and_names_what_was_looked_at()
    {
        using var answer = await server.Deployment.Server.Http.GetAsync(new Uri("api/health/ready", UriKind.Relative), Cancellation);

        Assert.Equal(
            """{"status":"ready","checks":[{"name":"blobs","status":"ok"},{"name":"queues","status":"ok"},{"name":"tables","status":"ok"},{"name":"keys","status":"ok"},{"name":"listeners","status":"ok"}]}""",
            await answer.Content.ReadAsStringAsync(Cancellation));
    }

    [Theory]
    [InlineData("api/health")]
    [InlineData("api/nowhere")]
    [InlineData("api/manage/apps/com.example.none/channels")]
    public async Task Answer_names_its_request(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" } } };

        using var answer = await server.Deployment.Server.Http.SendAsync(request, Cancellation);

        Assert.Equal(["4bf92f3577b34da6a3ce929d0e0e4736"], answer.Headers.GetValues("X-Correlation-Id"));
    }

    [Fact]
    public async Task What_a_trusted_proxy_took_over_https_is_answered_with_hsts()
    {
        using var answer = await PassOnAsync("https");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(["max-age=31536000"], answer.Headers.GetValues("Strict-Transport-Security"));
    }

    [Fact]
    public async Task What_a_trusted_proxy_took_in_the_open_is_refused()
    {
        using var answer = await PassOnAsync("http");

        Assert.Equal((HttpStatusCode.MisdirectedRequest, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Contains("\"code\":\"https_required\"", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
    }

    /// <summary>A check without a body, as the proxy of the server's own machine passes it on.</summary>
    private async Task<HttpResponseMessage> PassOnAsync(string scheme)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/updates")
        {
            Headers = { { "X-Forwarded-For", "203.0.113.7" }, { "X-Forwarded-Proto", scheme }, { "X-Forwarded-Host", "updates.example.com" } },
        };
        return await server.Deployment.Server.Http.SendAsync(request, Cancellation);
    }
}
