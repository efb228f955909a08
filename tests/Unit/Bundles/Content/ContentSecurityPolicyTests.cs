using System.Collections.Immutable;
using CsCheck;
using Serverless.Bundles.Content;

namespace Serverless.Tests.Unit.Bundles.Content;

public sealed class ContentSecurityPolicyTests
{
    private static readonly Gen<string> Policy = Gen.Select(
        Gen.OneOf("default-src", "script-src", "img-src", "child-src", "worker-src", "base-uri"),
        Gen.OneOf("'self'", "'none'", "*", "https:", "https://a.example", "'unsafe-inline'", "'nonce-x'", "data:").Array[0, 3],
        (name, sources) => $"{name} {string.Join(' ', sources)}").Array[0, 4].Select(directives => string.Join(';', directives));

    [Theory]
    [InlineData("script-src 'self'; default-src 'none'", "default-src; script-src 'self'")]
    [InlineData("  Script-Src  https://B.example https://a.example ; ", "script-src https://a.example https://b.example")]
    [InlineData("script-src 'self' 'sha256-abc=' 'nonce-1' 'unsafe-inline'", "script-src 'self'")]
    [InlineData("script-src a.example; script-src b.example", "script-src a.example")]
    [InlineData("upgrade-insecure-requests; report-uri /x", "")]
    [InlineData("", "")]
    public void Policy_is_brought_into_one_form(string policy, string normalized) => Assert.Equal(normalized, ContentSecurityPolicy.Normalize(policy));

    [Theory]
    [InlineData("default-src 'self'", "default-src 'self'")]
    [InlineData("default-src 'self'", "default-src 'none'")]
    [InlineData("default-src 'self'", "default-src 'self'; script-src 'self'; object-src 'none'")]
    [InlineData("script-src 'self' https://a.example", "script-src https://a.example")]
    [InlineData("script-src *", "script-src https://a.example")]
    [InlineData("script-src *", "script-src 'self'")]
    [InlineData("script-src https:", "script-src https://a.example")]
    [InlineData("script-src 'nonce-1' 'unsafe-inline'", "script-src 'nonce-2' 'unsafe-inline'")]
    [InlineData("", "script-src *")]
    public void Policy_that_allows_no_more_is_not_looser(string before, string after) => Assert.Null(Loosened([before], [after]));

    [Theory]
    [InlineData("default-src 'self'", "", "default-src restricts nothing any more")]
    [InlineData("script-src 'self'", "script-src 'self' 'unsafe-inline'", "script-src allows 'unsafe-inline'")]
    [InlineData("script-src 'nonce-1' 'unsafe-inline'", "script-src 'unsafe-inline'", "script-src allows 'unsafe-inline'")]
    [InlineData("script-src 'self'", "script-src 'self' https://evil.example", "script-src allows https://evil.example")]
    [InlineData("script-src 'self'", "script-src *", "script-src allows *")]
    [InlineData("script-src https:", "script-src https: data:", "script-src allows data:")]
    [InlineData("script-src *", "script-src * 'unsafe-eval'", "script-src allows 'unsafe-eval'")]
    [InlineData("default-src 'self'", "default-src 'self'; script-src 'self' 'unsafe-eval'", "script-src allows 'unsafe-eval'")]
    [InlineData("default-src 'none'; img-src 'self'", "img-src 'self'", "default-src restricts nothing any more")]
    [InlineData("base-uri 'self'", "default-src 'self'", "base-uri restricts nothing any more")]
    public void What_is_allowed_now_and_was_not_is_named(string before, string after, string difference) => Assert.Equal(difference, Loosened([before], [after]));

    [Fact]
    public void Policies_hold_together()
    {
        Assert.Null(Loosened(["script-src 'self'", "img-src 'self'"], ["img-src 'self'", "script-src 'self'"]));
        Assert.Null(Loosened(["script-src 'self'"], ["script-src *", "script-src 'self'"]));
        Assert.Equal("img-src restricts nothing any more", Loosened(["script-src 'self'", "img-src 'self'"], ["script-src 'self'"]));
        Assert.Equal("the page has no content security policy any more", Loosened(["script-src 'self'"], []));
    }

    [Fact]
    public void No_policy_is_looser_than_itself_or_than_none() => Policy.Sample(
        policy => Loosened([policy], [policy]) is null && Loosened([], [policy]) is null && Loosened([policy], [policy, ""]) is null, iter: 10_000);

    [Fact]
    public void Brought_into_its_form_a_policy_stays() => Gen.OneOf(Policy, Gen.String).Sample(
        policy => ContentSecurityPolicy.Normalize(policy) is var once && ContentSecurityPolicy.Normalize(once) == once && once.Length <= 4096, iter: 10_000);

    [Fact]
    public void Looser_is_passed_on() => Gen.Select(Policy, Policy, Policy).Sample(
        (a, b, c) => Loosened([a], [b]) is not null || Loosened([b], [c]) is not null || Loosened([a], [c]) is null, iter: 20_000);

    private static string? Loosened(ImmutableArray<string> before, ImmutableArray<string> after) => ContentSecurityPolicy.FindLoosened(
        [.. before.Select(ContentSecurityPolicy.Normalize)], [.. after.Select(ContentSecurityPolicy.Normalize)]);
}
