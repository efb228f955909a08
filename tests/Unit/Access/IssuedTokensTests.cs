using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Serverless.Access;
using Serverless.Access.Issuers;
using Serverless.Management;
using Serverless.Tests.Support.Issuers;

namespace Serverless.Tests.Unit.Access;

/// <summary>Tokens of an issuer that is really asked for its keys, over HTTP.</summary>
public sealed class IssuedTokensTests : IAsyncLifetime
{
    private const string Audience = "https://updates.example.com";

    // Dear to make; the second passes itself off as the first.
    private static readonly IssuerKey Rsa = IssuerKey.NewRsa("key-1");
    private static readonly IssuerKey Impostor = IssuerKey.NewRsa("key-1");
    private static readonly IssuerKey Stranger = IssuerKey.NewRsa("key-unknown");
    private static readonly IssuerKey Elliptic = IssuerKey.NewEcdsa("key-ec");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly IssuerHttp _http = new();
    private FakeIssuer _issuer = null!;
    private IssuedTokens _tokens = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private JsonObject Claims
    {
        get
        {
            var claims = _issuer.Claims(Audience, _time.GetUtcNow());
            claims["repository"] = "acme/shop";
            claims["ref"] = "refs/heads/main";
            return claims;
        }
    }

    /// <summary>What makes of a good token a bad one. All of them are refused as if they were the same.</summary>
    public static TheoryData<string> Forgeries =>
    [
        "expired", "not yet good", "good for ever", "other audience", "no audience", "other issuer", "issuer with a slash", "no issuer", "alg none", "alg none, signature kept", "HS256 with the public key", "alg in lower case", "no kid",
        "other kid", "key of somebody else", "claims changed", "key in the header", "RS256 with the kid of an EC key", "other repository", "branch that only begins alike", "no claims", "signature cut", "not three parts", "no token",
    ];

    public async ValueTask InitializeAsync()
    {
        _issuer = await FakeIssuer.StartAsync(Cancellation, key: Elliptic);
        _issuer.Publish(Rsa);
        _tokens = New(("github", Rule()));
    }

    [Fact]
    public async Task Token_that_holds_is_who_the_rule_says()
    {
        var (problem, principal) = await FindAsync(_issuer.Sign(Claims));

        Assert.Equal((null, "ci:github:repo:acme/shop:ref:refs/heads/main", Scopes.Upload), (problem, principal?.Id, principal?.Scopes));
        Assert.True(principal!.May(Scopes.Upload, "com.example.shop"));
        Assert.False(principal.May(Scopes.Upload, "com.example.other"));
    }

    [Fact]
    public async Task Elliptic_keys_and_several_audiences_are_taken_too()
    {
        var claims = Claims;
        claims["aud"] = new JsonArray("https://other.example.com", Audience);

        Assert.NotNull((await FindAsync(Elliptic.Sign(claims))).Principal);
    }

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task Forgery_is_refused(string forgery) => Assert.Equal((null, null), await FindAsync(Forge(forgery)));

    [Theory]
    [InlineData("exp", -59, true)]
    [InlineData("exp", -61, false)]
    [InlineData("nbf", 59, true)]
    [InlineData("nbf", 61, false)]
    public async Task Clocks_may_differ_by_a_minute(string claim, int seconds, bool isGood)
    {
        var claims = Claims;
        claims[claim] = _time.GetUtcNow().AddSeconds(seconds).ToUnixTimeSeconds();

        Assert.Equal(isGood, (await FindAsync(_issuer.Sign(claims))).Principal is not null);
    }

    [Fact]
    public async Task New_key_is_fetched_and_the_old_one_forgotten()
    {
        Assert.NotNull((await FindAsync(Rsa.Sign(Claims))).Principal);
        _issuer.Rotate(Stranger);

        _time.Advance(IssuerKeys.Spacing);
        Assert.NotNull((await FindAsync(_issuer.Sign(Claims))).Principal);
        Assert.Null((await FindAsync(Rsa.Sign(Claims))).Principal);
    }

    [Fact]
    public async Task Tokens_with_unknown_keys_do_not_make_the_server_ask_more_often()
    {
        Assert.NotNull((await FindAsync(_issuer.Sign(Claims))).Principal);

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal((null, null), await FindAsync(Stranger.Sign(Claims)));
        }

        Assert.Equal(1, _issuer.Fetches);
        _time.Advance(IssuerKeys.Spacing);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => FindAsync(Stranger.Sign(Claims))));
        Assert.Equal(2, _issuer.Fetches);
    }

    [Theory]
    [InlineData("error")]
    [InlineData("hangs")]
    [InlineData("nonsense")]
    [InlineData("endless")]
    [InlineData("redirect")]
    [InlineData("other")]
    public async Task Issuer_that_does_not_answer_leaves_the_question_open_for_tokens_that_could_be_right(string outage)
    {
        using var http = new IssuerHttp(outage == "hangs" ? TimeSpan.FromMilliseconds(200) : null);
        _tokens.Dispose();
        _tokens = New(http, ("github", Rule()));
        Break(outage);

        Assert.Equal(Problem.IssuerUnavailable, (await FindAsync(_issuer.Sign(Claims))).Problem);
        Assert.Equal((null, null), await FindAsync(Forge("expired")));
        Assert.Equal((null, null), await FindAsync(Forge("alg none")));
        Assert.Equal((null, null), await FindAsync(Forge("other audience")));
        Assert.Equal(Problem.IssuerUnavailable, (await FindAsync(_issuer.Sign(Claims))).Problem);
        Assert.Equal(1, _issuer.Fetches);
    }

    [Fact]
    public async Task Issuer_that_answers_again_is_asked_again_after_ten_seconds()
    {
        Break("error");
        Assert.Equal(Problem.IssuerUnavailable, (await FindAsync(_issuer.Sign(Claims))).Problem);
        _issuer.Instead = null;
        Assert.Equal(Problem.IssuerUnavailable, (await FindAsync(_issuer.Sign(Claims))).Problem);

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.NotNull((await FindAsync(_issuer.Sign(Claims))).Principal);
    }

    [Fact]
    public async Task Keys_outlive_an_outage_of_a_day_and_no_longer()
    {
        Assert.NotNull((await FindAsync(_issuer.Sign(Claims))).Principal);
        Break("error");

        _time.Advance(IssuerKeys.MaxAgeInOutage - TimeSpan.FromSeconds(1));
        Assert.NotNull((await FindAsync(_issuer.Sign(Claims))).Principal);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(Problem.IssuerUnavailable, (await FindAsync(_issuer.Sign(Claims))).Problem);
    }

    [Fact]
    public async Task First_rule_by_name_that_fits_is_taken()
    {
        var any = Rule();
        (any.Scopes, any.Apps) = ("read", "");
        any.Claims["repository"] = "acme/*";
        using var tokens = New(("b-any", any), ("a-main", Rule()));

        var claims = Claims;
        var main = await tokens.FindAsync(_issuer.Sign(claims), Cancellation);
        claims["ref"] = "refs/heads/feature";
        claims["repository"] = "acme/other";
        any.Claims["ref"] = "refs/heads/*";
        var other = await tokens.FindAsync(_issuer.Sign(claims), Cancellation);

        Assert.Equal((Scopes.Upload, Scopes.Read), (main.Principal?.Scopes, other.Principal?.Scopes));
        Assert.True(other.Principal!.May(Scopes.Read, app: null));
    }

    [Theory]
    [InlineData("""["promote","rollback"]""", 12)]
    [InlineData("""["Promote","unheard-of"]""", 0)]
    [InlineData("""["admin"]""", 127)]
    [InlineData("null", 0)]
    public async Task Roles_of_entra_id_are_scopes(string roles, int scopes)
    {
        const string tenant = "5a7f1c1e-0000-4000-8000-000000000001";
        await using var entra = await FakeIssuer.StartAsync(Cancellation, $"/{tenant}/v2.0", Rsa);
        var options = new EntraIdOptions { TenantId = tenant, Audience = "client", Instance = new Uri(entra.Issuer[..entra.Issuer.IndexOf('/', 8)]) };
        using var tokens = new IssuedTokens(Options.Create(options), Options.Create(new FederatedOptions()), _http, _time, NullLoggerFactory.Instance);
        var claims = entra.Claims("client", _time.GetUtcNow());
        claims["oid"] = "0d4ff5f4-0000-4000-8000-000000000002";
        claims["roles"] = JsonNode.Parse(roles);

        var (_, principal) = await tokens.FindAsync(entra.Sign(claims), Cancellation);

        Assert.Equal(("entra:0d4ff5f4-0000-4000-8000-000000000002", scopes), (principal?.Id, (int)principal!.Scopes));
    }

    public async ValueTask DisposeAsync()
    {
        _tokens.Dispose();
        _http.Dispose();
        await _issuer.DisposeAsync();
    }

    private async Task<(Problem? Problem, Principal? Principal)> FindAsync(string token) => await _tokens.FindAsync(token, Cancellation);

    private IssuedTokens New(params (string Name, FederatedRule Rule)[] rules) => New(_http, rules);

    private IssuedTokens New(IssuerHttp http, params (string Name, FederatedRule Rule)[] rules)
    {
        var options = new FederatedOptions();
        foreach (var (name, rule) in rules)
        {
            options.Rules[name] = rule;
        }

        return new IssuedTokens(Options.Create(new EntraIdOptions()), Options.Create(options), http, _time, NullLoggerFactory.Instance);
    }

    private FederatedRule Rule() => new()
    {
        Issuer = new Uri(_issuer.Issuer),
        Audience = Audience,
        Claims = { ["repository"] = "acme/shop", ["ref"] = "refs/heads/main" },
        Scopes = "upload",
        Apps = "com.example.shop",
    };

    private string Forge(string forgery)
    {
        var (claims, key) = (Claims, _issuer.Key);
        var header = new JsonObject { ["alg"] = "RS256", ["kid"] = key.Id, ["typ"] = "JWT" };
        var good = key.Sign(claims);
        switch (forgery)
        {
            case "expired":
                claims["exp"] = _time.GetUtcNow().AddMinutes(-5).ToUnixTimeSeconds();
                break;
            case "not yet good":
                claims["nbf"] = _time.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds();
                break;
            case "good for ever":
                claims.Remove("exp");
                break;
            case "other audience":
                claims["aud"] = "https://other.example.com";
                break;
            case "no audience":
                claims.Remove("aud");
                break;
            case "other issuer":
                claims["iss"] = "https://token.example.com";
                break;
            case "issuer with a slash":
                claims["iss"] = $"{_issuer.Issuer}/";
                break;
            case "no issuer":
                claims.Remove("iss");
                break;
            case "alg none":
                return IssuerKey.Join(new JsonObject { ["alg"] = "none", ["kid"] = key.Id }, claims, _ => []);
            case "alg none, signature kept":
                header["alg"] = "none";
                break;
            case "HS256 with the public key":
                header["alg"] = "HS256";
                return IssuerKey.Join(header, claims, signed => HMACSHA256.HashData(key.PublicBytes, signed));
            case "alg in lower case":
                header["alg"] = "rs256";
                break;
            case "no kid":
                header.Remove("kid");
                break;
            case "other kid":
                header["kid"] = "key-unknown";
                break;
            case "key of somebody else":
                return Impostor.Sign(claims);
            case "claims changed":
                claims["repository"] = "acme/shop2";
                return $"{good.Split('.')[0]}.{key.Sign(claims).Split('.')[1]}.{good.Split('.')[2]}";
            case "key in the header":
                header["jwk"] = Impostor.ToJwk();
                return Impostor.Sign(header, claims);
            case "RS256 with the kid of an EC key":
                header["kid"] = "key-ec";
                break;
            case "other repository":
                claims["repository"] = "acme/shop2";
                break;
            case "branch that only begins alike":
                claims["ref"] = "refs/heads/mainly";
                break;
            case "no claims":
                claims.Remove("repository");
                claims.Remove("ref");
                break;
            case "signature cut":
                return good[..good.LastIndexOf('.')] + ".";
            case "not three parts":
                return $"{good}.{good}";
            default:
                return "no token, only words";
        }

        return key.Sign(header, claims);
    }

    private void Break(string outage)
    {
        _issuer.DiscoveredAs = outage == "other" ? "https://token.example.com" : null;
        _issuer.Instead = outage switch
        {
            "error" => context => AnswerAsync(context, HttpStatusCode.InternalServerError),
            "hangs" => context => Task.Delay(Timeout.Infinite, context.RequestAborted),
            "nonsense" => context => context.Response.WriteAsync("<html>", context.RequestAborted),
            "endless" => async context =>
            {
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await context.Response.WriteAsync(new string(' ', 64 * 1024), context.RequestAborted);
                }
            }
            ,
            "redirect" => context =>
            {
                context.Response.Redirect("https://token.example.com/");
                return Task.CompletedTask;
            }
            ,
            _ => null,
        };
    }

    private static Task AnswerAsync(HttpContext context, HttpStatusCode status)
    {
        context.Response.StatusCode = (int)status;
        return Task.CompletedTask;
    }
}
