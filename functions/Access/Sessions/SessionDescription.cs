using System.Collections.Immutable;

namespace Serverless.Access.Sessions;

/// <summary>Who is signed in, for pages that show only what one may do. What one may do is decided at each call, and not here.</summary>
/// <param name="Scopes">What the caller may do; none when nobody is signed in.</param>
/// <param name="EntraId">Whether people can sign in by Entra ID.</param>
/// <param name="Principal">As the ledger names it; null when nobody is signed in.</param>
/// <param name="Apps">Those to which the caller is limited; null for all.</param>
internal sealed record SessionDescription(Scopes Scopes, bool EntraId, string? Principal = null, ImmutableSortedSet<string>? Apps = null)
{
    public static SessionDescription Of(Principal? principal, bool entraId) =>
        new(principal?.Scopes ?? Scopes.None, entraId, principal?.Id, principal?.Apps?.ToImmutableSortedSet(StringComparer.Ordinal));
}

/// <param name="Token">One that is good in the header <c>Authorization</c>, too.</param>
internal sealed record SessionOrder(string Token);
