using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Serverless.Access.Issuers;
using Serverless.Management;

namespace Serverless.Access.Sessions;

/// <summary><c>/api/session</c>: signs a browser in with a token, says who it is, and signs it out. The token is in a cookie from then on, and nowhere a script can read.</summary>
internal sealed class SessionFunction(IAuthentication authentication, BearerTokens tokens, IOptions<EntraIdOptions> entraId)
{
    private const string Route = "api/session";

    private bool HasEntraId => entraId.Value.TenantId.Length > 0;

    /// <summary>Answers also whoever is not signed in: the page has to know by what one can.</summary>
    [Function("Session")]
    public Task<IResult> ReadAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route)] HttpRequest request, CancellationToken cancellation) =>
        PublicApi.AnswerAsync(async () =>
        {
            if (request.Headers.Authorization.Count == 0 && SessionCookie.Read(request) is null)
            {
                return Describe(null);
            }

            var (problem, principal) = await authentication.AuthenticateAsync(request, cancellation);
            if (problem is { Status: StatusCodes.Status401Unauthorized })
            {
                SessionCookie.Delete(request.HttpContext.Response);
            }

            return problem?.ToHttp() ?? Describe(principal);
        });

    [Function("SessionStart")]
    public Task<IResult> StartAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route)] HttpRequest request, CancellationToken cancellation) =>
        PublicApi.AnswerAsync(async () =>
        {
            if (!SameOrigin.Holds(request))
            {
                return Problem.CrossSite.ToHttp();
            }

            var (problem, order) = await ManagementBody.ReadAsync(request, ManagementJson.Default.SessionOrder, cancellation);
            if (problem is not null)
            {
                return problem.ToHttp();
            }

            if (order!.Token.Length > SessionCookie.MaxToken)
            {
                return Problem.InvalidMember("token").ToHttp();
            }

            (problem, var principal) = await tokens.FindAsync(order.Token, cancellation);
            if (problem is not null)
            {
                return problem.ToHttp();
            }

            SessionCookie.Write(request.HttpContext.Response, order.Token);
            return Describe(principal);
        });

    /// <summary>Forgets the token in this browser. It stays good elsewhere until it is revoked.</summary>
    [Function("SessionEnd")]
    [SuppressMessage("Performance", "CA1822", Justification = "Both hosts call functions on an instance.")]
    public IResult End([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Route)] HttpRequest request)
    {
        if (!SameOrigin.Holds(request))
        {
            return Problem.CrossSite.ToHttp();
        }

        SessionCookie.Delete(request.HttpContext.Response);
        return Results.NoContent();
    }

    private IResult Describe(Principal? principal) => Results.Json(SessionDescription.Of(principal, HasEntraId), ManagementJson.Default.SessionDescription);
}
