using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serverless.Access.Sessions;
using Serverless.Tests.Support.Issuers;

namespace Serverless.Tests.Unit.Access.Sessions;

/// <summary>Somebody signs in by an issuer that stands in for Entra ID, and whose keys are really fetched.</summary>
public sealed class EntraSignInTests : IAsyncLifetime
{
    private const string Tenant = "9b0f2a1e-63d0-4f0e-8c39-3c1f5a4f6a10";
    private const string Client = "0d6ad7f7-0a44-4b8f-9a37-5b1f0c1c2d3e";

    // Dear to make; the second passes itself off as the first.
    private static readonly IssuerKey Key = IssuerKey.NewRsa("key-1");
    private static readonly IssuerKey Impostor = IssuerKey.NewRsa("key-1");

    private FakeIssuer _issuer = null!;
    private IHost _host = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private EntraSignInFunction Function => ActivatorUtilities.CreateInstance<EntraSignInFunction>(_host.Services);

    public async ValueTask InitializeAsync()
    {
        _issuer = await FakeIssuer.StartAsync(Cancellation, $"/{Tenant}/v2.0", Key);
        _host = NewHost(Tenant);
    }

    [Fact]
    public void Browser_is_sent_to_the_tenant_and_remembers_that_it_asked()
    {
        var (location, cookie, state, nonce) = Begin();

        Assert.StartsWith($"{Root}/{Tenant}/oauth2/v2.0/authorize?", location, StringComparison.Ordinal);
        var query = QueryHelpers.ParseQuery(new Uri(location).Query).Where(pair => pair.Key is not ("state" or "nonce")).ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["client_id"] = Client,
                ["response_type"] = "id_token",
                ["response_mode"] = "form_post",
                ["redirect_uri"] = "https://updates.example.com/api/session/entra",
                ["scope"] = "openid profile",
            },
            query);
        Assert.Equal($"__Host-signin={state}.{nonce}; max-age=600; path=/; secure; samesite=none; httponly", cookie);
        Assert.NotEqual(state, nonce);
        Assert.NotEqual(state, Begin().State);
    }

    [Fact]
    public async Task Person_with_a_role_is_signed_in()
    {
        var (_, cookie, state, nonce) = Begin();
        var token = _issuer.Sign(Claims(nonce));

        var (location, cookies) = await EndAsync(cookie, state, token);

        Assert.Equal("/", location);
        Assert.Contains(cookies, written => written == $"__Host-session={token}; path=/; secure; samesite=strict; httponly");
        Assert.Contains(cookies, written => written.StartsWith("__Host-signin=; expires=Thu, 01 Jan 1970", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("other nonce")]
    [InlineData("no nonce")]
    [InlineData("other state")]
    [InlineData("no state")]
    [InlineData("no cookie")]
    [InlineData("key of somebody else")]
    [InlineData("other audience")]
    [InlineData("no role")]
    [InlineData("no token")]
    [InlineData("token that is none")]
    public async Task Answer_that_is_not_to_this_browser_or_does_not_hold_signs_nobody_in(string fault)
    {
        var (_, cookie, state, nonce) = Begin();
        var claims = Claims(fault is "other nonce" ? Begin().Nonce : nonce);
        claims["aud"] = fault is "other audience" ? "another" : Client;
        foreach (var name in (string[])[fault is "no nonce" ? "nonce" : "", fault is "no role" ? "roles" : ""])
        {
            claims.Remove(name);
        }

        var token = fault switch
        {
            "key of somebody else" => Impostor.Sign(claims),
            "no token" => "",
            "token that is none" => "a.b.c",
            _ => _issuer.Sign(claims),
        };

        var (location, cookies) = await EndAsync(fault is "no cookie" ? "" : cookie, fault switch { "other state" => nonce, "no state" => "", _ => state }, token);

        Assert.Equal("/?signin=failed", location);
        Assert.DoesNotContain(cookies, written => written.StartsWith("__Host-session", StringComparison.Ordinal));
    }

    [Fact]
    public void Server_without_a_tenant_sends_nobody_there()
    {
        using var host = NewHost("");

        Assert.IsType<NotFound>(ActivatorUtilities.CreateInstance<EntraSignInFunction>(host.Services).Begin(NewContext().Request));
    }

    public async ValueTask DisposeAsync()
    {
        _host.Dispose();
        await _issuer.DisposeAsync();
    }

    private string Root => new Uri(_issuer.Issuer).GetLeftPart(UriPartial.Authority);

    private JsonObject Claims(string nonce)
    {
        var claims = _issuer.Claims(Client, DateTimeOffset.UtcNow);
        claims["oid"] = "4b7f1c9e-0000-4000-8000-000000000001";
        claims["roles"] = new JsonArray("read");
        claims["nonce"] = nonce;
        return claims;
    }

    private (string Location, string Cookie, string State, string Nonce) Begin()
    {
        var context = NewContext();
        var location = Assert.IsType<RedirectHttpResult>(Function.Begin(context.Request)).Url;
        var query = QueryHelpers.ParseQuery(new Uri(location).Query);
        return (location, context.Response.Headers.SetCookie.ToString(), query["state"].ToString(), query["nonce"].ToString());
    }

    private async Task<(string Location, string[] Cookies)> EndAsync(string cookie, string state, string token)
    {
        var context = NewContext();
        var form = $"id_token={Uri.EscapeDataString(token)}&state={Uri.EscapeDataString(state)}&session_state=x";
        context.Request.Method = HttpMethods.Post;
        context.Request.ContentType = "application/x-www-form-urlencoded";
        context.Request.Headers.Cookie = cookie.Split(';')[0];
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(form));
        var answer = await Function.EndAsync(context.Request, Cancellation);
        await answer.ExecuteAsync(context);
        Assert.Equal(StatusCodes.Status303SeeOther, context.Response.StatusCode);
        return (context.Response.Headers.Location.ToString(), [.. context.Response.Headers.SetCookie.OfType<string>()]);
    }

    private static DefaultHttpContext NewContext() => new() { Request = { Scheme = "https", Host = new HostString("updates.example.com") } };

    private IHost NewHost(string tenant)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Configuration["AzureWebJobsStorage"] = "UseDevelopmentStorage=true";
        builder.Configuration["Signing:Pepper"] = Convert.ToBase64String(new byte[32]);
        builder.Configuration["Signing:KeyFolder"] = Path.GetTempPath();
        builder.Configuration["Access:EntraId:TenantId"] = tenant;
        builder.Configuration["Access:EntraId:Audience"] = Client;
        builder.Configuration["Access:EntraId:Instance"] = Root;
        builder.AddUpdatePipeline();
        return builder.Build();
    }
}
