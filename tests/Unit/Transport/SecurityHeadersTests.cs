using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Serverless.Notices;
using Serverless.Transport;

namespace Serverless.Tests.Unit.Transport;

/// <summary>What every answer tells browsers.</summary>
public sealed class SecurityHeadersTests
{
    [Theory]
    [InlineData("https", "updates.example.com", "max-age=31536000")]
    [InlineData("http", "updates.example.com", "")]
    [InlineData("https", "localhost:7443", "")]
    [InlineData("https", "127.0.0.1:7443", "")]
    public async Task Hsts_is_told_over_https_to_those_who_use_a_name(string scheme, string host, string expected) =>
        Assert.Equal(expected, (await HeadersAsync(new TransportOptions(), scheme, host)).StrictTransportSecurity.ToString());

    [Fact]
    public async Task Hsts_is_as_it_was_set()
    {
        var all = new TransportOptions { HstsMaxAge = TimeSpan.FromHours(1), HstsIncludeSubDomains = true };
        var none = new TransportOptions { HstsMaxAge = TimeSpan.Zero };

        Assert.Equal("max-age=3600; includeSubDomains", (await HeadersAsync(all)).StrictTransportSecurity.ToString());
        Assert.False((await HeadersAsync(none)).ContainsKey("Strict-Transport-Security"));
    }

    [Fact]
    public async Task Answer_is_kept_nowhere_and_is_no_page()
    {
        var headers = await HeadersAsync(new TransportOptions());

        Assert.Equal("no-store", headers.CacheControl.ToString());
        Assert.Equal("nosniff", headers.XContentTypeOptions.ToString());
        Assert.Equal("no-referrer", headers["Referrer-Policy"].ToString());
        Assert.Equal("same-origin", headers["Cross-Origin-Resource-Policy"].ToString());
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", headers.ContentSecurityPolicy.ToString());
    }

    [Fact]
    public async Task Public_answer_is_kept_a_minute_and_open_to_other_origins()
    {
        var headers = await HeadersAsync(new TransportOptions(), answer: new PublicAnswer("{}"u8.ToArray(), "application/json"));

        Assert.Equal("public, max-age=60", headers.CacheControl.ToString());
        Assert.Equal("*", headers.AccessControlAllowOrigin.ToString());
        Assert.Equal("cross-origin", headers["Cross-Origin-Resource-Policy"].ToString());
        Assert.Equal("nosniff", headers.XContentTypeOptions.ToString());
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", headers.ContentSecurityPolicy.ToString());
    }

    [Fact]
    public async Task Page_loads_what_it_names_and_has_no_use_of_the_device()
    {
        const string policy = "default-src 'self'; frame-ancestors 'none'";
        var headers = await HeadersAsync(new TransportOptions(), answer: new PublicAnswer("<p>"u8.ToArray(), "text/html") { Page = policy });

        Assert.Equal(policy, headers.ContentSecurityPolicy.ToString());
        Assert.Contains("camera=()", headers["Permissions-Policy"].ToString(), StringComparison.Ordinal);
        Assert.Equal("same-origin", headers["Cross-Origin-Opener-Policy"].ToString());
    }

    private static async Task<IHeaderDictionary> HeadersAsync(
        TransportOptions options, string scheme = "https", string host = "updates.example.com", PublicAnswer? answer = null)
    {
        var context = TestRequest.From("203.0.113.7", scheme, host);
        Assert.Null(await new SecurityHeaders(Options.Create(options)).RefuseAsync(context, TestContext.Current.CancellationToken));
        await (answer?.ExecuteAsync(context) ?? Task.CompletedTask);
        return context.Response.Headers;
    }
}
