using Serverless.Access.Issuers;
using Serverless.Access.Tokens;
using Serverless.Management;

namespace Serverless.Access;

/// <summary>Whose a token is: one of ours, or one of an issuer that the settings name.</summary>
internal sealed class BearerTokens(ApiTokens tokens, IssuedTokens issued)
{
    // Of a JWT with many groups; an API token is shorter.
    private const int MaxLength = 12 * 1024;

    /// <returns>Either why nobody knows, or whose it is. Whatever is wrong with a token, the caller hears the same.</returns>
    public async ValueTask<(Problem? Problem, Principal? Principal)> FindAsync(string text, CancellationToken cancellation)
    {
        var (problem, principal) = text.Length > MaxLength ? default
            : !text.StartsWith(TokenText.Prefix, StringComparison.Ordinal) ? await issued.FindAsync(text, cancellation)
            : TokenText.IsWellFormed(text) ? (null, await tokens.FindAsync(text, cancellation))
            : default;
        return principal is null ? (problem ?? Problem.Unauthenticated, null) : (null, principal);
    }
}
