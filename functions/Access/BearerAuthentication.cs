using Microsoft.AspNetCore.Http;
using Serverless.Access.Issuers;
using Serverless.Access.Tokens;
using Serverless.Management;

namespace Serverless.Access;

/// <summary>Takes the token of the header <c>Authorization</c> (RFC 6750). Whatever is wrong with it, the caller hears the same.</summary>
internal sealed class BearerAuthentication(ApiTokens tokens, IssuedTokens issued) : IAuthentication
{
    private const string Scheme = "Bearer ";

    // Of a JWT with many groups; an API token is shorter.
    private const int MaxLength = 12 * 1024;

    public async ValueTask<(Problem? Problem, Principal? Principal)> AuthenticateAsync(HttpRequest request, CancellationToken cancellation)
    {
        var (problem, principal) = Presented(request) is not { } text ? default
            : !text.StartsWith(TokenText.Prefix, StringComparison.Ordinal) ? await issued.FindAsync(text, cancellation)
            : TokenText.IsWellFormed(text) ? (null, await tokens.FindAsync(text, cancellation))
            : default;
        return principal is null ? (problem ?? Problem.Unauthenticated, null) : (null, principal);
    }

    private static string? Presented(HttpRequest request) =>
        request.Headers.Authorization is [{ Length: <= MaxLength } header] && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? header[Scheme.Length..].Trim()
            : null;
}
