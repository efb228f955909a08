using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.JsonWebTokens;
using Serverless.Access.Issuers;
using Serverless.Management;

namespace Serverless.Access.Sessions;

/// <summary>
/// <c>/api/session/entra</c>: signs people in by Entra ID, with an ID token that is posted here (OAuth 2.0 Form Post Response Mode), so that the server needs no secret there
/// and the token is in no address. From then on it is in the cookie, as an API token would be, and good as long as it says, which is about an hour.
/// </summary>
internal sealed class EntraSignInFunction(BearerTokens tokens, IOptions<EntraIdOptions> entraId)
{
    private const string Route = "api/session/entra";
    private const string Done = "/";
    private const string Failed = "/?signin=failed";
    private const string TooLong = "/?signin=too_long";

    private const int MaxFormBytes = 32 * 1024;
    private const int MaxFields = 16;

    [Function("EntraSignIn")]
    public IResult Begin([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route)] HttpRequest request)
    {
        var options = entraId.Value;
        if (options.TenantId.Length == 0)
        {
            return Results.NotFound();
        }

        var attempt = SignInAttempt.Begin(request.HttpContext.Response);
        return Results.Redirect(QueryHelpers.AddQueryString($"{options.Instance.AbsoluteUri.TrimEnd('/')}/{options.TenantId}/oauth2/v2.0/authorize", new Dictionary<string, string?>
        {
            ["client_id"] = options.Audience,
            ["response_type"] = "id_token",
            ["response_mode"] = "form_post",
            ["redirect_uri"] = $"{request.Scheme}://{request.Host}/{Route}",

            // Without the second the token does not tell the object id, which is who somebody is here.
            ["scope"] = "openid profile",
            ["state"] = attempt.State,
            ["nonce"] = attempt.Nonce,
        }));
    }

    /// <summary>Leads to the dashboard, signed in or with why not: a person sees the answer.</summary>
    [Function("EntraSignedIn")]
    public Task<IResult> EndAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route)] HttpRequest request, CancellationToken cancellation) =>
        PublicApi.AnswerAsync(async () =>
        {
            var (problem, body) = await ManagementBody.ReadAsync(request, cancellation, MaxFormBytes);
            var form = problem is null ? ReadForm(body) : [];
            return SignInAttempt.End(request, form.GetValueOrDefault("state")) is not { } attempt || form.GetValueOrDefault("id_token").ToString() is not { Length: > 0 } token ? SeeOther(Failed)
                : token.Length > SessionCookie.MaxToken ? SeeOther(TooLong)
                : SeeOther(await SignInAsync(request.HttpContext.Response, attempt, token, cancellation) ? Done : Failed);
        });

    private async Task<bool> SignInAsync(HttpResponse response, SignInAttempt attempt, string token, CancellationToken cancellation)
    {
        // Without a role there is nothing to see.
        if (await tokens.FindAsync(token, cancellation) is not (_, { Scopes: not Scopes.None }) || !IsFor(attempt, token))
        {
            return false;
        }

        SessionCookie.Write(response, token);
        return true;
    }

    // Of a token that holds; one of our own is none that Entra ID was asked for.
    private static bool IsFor(SignInAttempt attempt, string token) =>
        token.Count(c => c == '.') == 2 && new JsonWebToken(token).TryGetPayloadValue<string>("nonce", out var nonce) && SignInAttempt.Same(attempt.Nonce, nonce);

    private static Dictionary<string, StringValues> ReadForm(ReadOnlyMemory<byte> body)
    {
        try
        {
            return new FormReader(Encoding.UTF8.GetString(body.Span)) { ValueCountLimit = MaxFields }.ReadForm();
        }
        catch (InvalidDataException)
        {
            return [];
        }
    }

    // A POST is answered by a page that is fetched (RFC 9110, 15.4.4).
    private static SeeOtherResult SeeOther(string address) => new(address);

    private sealed record SeeOtherResult(string Address) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = Address;
            return Task.CompletedTask;
        }
    }
}
