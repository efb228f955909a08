using Microsoft.AspNetCore.Http;
using Serverless.Access.Sessions;
using Serverless.Management;

namespace Serverless.Access;

/// <summary>Takes the token of the header <c>Authorization</c> (RFC 6750) or, from the dashboard, of its cookie.</summary>
internal sealed class BearerAuthentication(BearerTokens tokens) : IAuthentication
{
    private const string Scheme = "Bearer ";

    public async ValueTask<(Problem? Problem, Principal? Principal)> AuthenticateAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (request.Headers.Authorization.Count > 0)
        {
            return Presented(request) is { } header ? await tokens.FindAsync(header, cancellation) : (Problem.Unauthenticated, null);
        }

        return SessionCookie.Read(request) is not { } cookie ? (Problem.Unauthenticated, null)
            : HttpMethods.IsGet(request.Method) || SameOrigin.Holds(request) ? await tokens.FindAsync(cookie, cancellation)
            : (Problem.CrossSite, null);
    }

    private static string? Presented(HttpRequest request) =>
        request.Headers.Authorization is [{ } header] && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;
}
