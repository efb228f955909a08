using System.Collections.Immutable;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Serverless.Access.Issuers;

/// <summary>Somebody whose tokens are taken, and what they are taken for.</summary>
/// <param name="Name">For the log.</param>
/// <param name="Issuer">As its tokens name it, and the address below which it is discovered.</param>
/// <param name="Audience">For whom its tokens must be made.</param>
/// <param name="Read">Who calls, by a token that holds; null when it is nobody that the settings name.</param>
internal sealed record TokenIssuer(string Name, string Issuer, string Audience, Func<JsonWebToken, Principal?> Read)
{
    private const int MaxSubject = 200;

    /// <summary>Whether keys may be fetched from there.</summary>
    public static bool IsAddress(Uri? address) =>
        address is { IsAbsoluteUri: true } && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));

    public static TokenIssuer EntraId(EntraIdOptions options) => new(
        "Entra ID",
        $"{options.Instance.AbsoluteUri.TrimEnd('/')}/{options.TenantId}/v2.0",
        options.Audience,
        token => token.TryGetValue<string>("oid", out var id)
            ? new Principal($"entra:{Printable(id)}", Values(token, "roles").Aggregate(Scopes.None, (scopes, role) => scopes | (ScopeWords.Find(role) ?? Scopes.None)))
            : null);

    public static TokenIssuer Federated(string name, FederatedRule rule)
    {
        // Checked when the settings were read.
        _ = ScopeWords.TryParse(rule.ListScopes(), out var scopes);
        var apps = rule.ListApps().ToImmutableHashSet(StringComparer.Ordinal);
        return new TokenIssuer(
            name,
            rule.Issuer!.OriginalString,
            rule.Audience,
            token => rule.Claims.All(claim => Values(token, claim.Key).Any(value => ClaimPattern.Matches(claim.Value, value)))
                ? new Principal($"ci:{name}:{Printable(token.Subject)}", scopes) { Apps = apps.IsEmpty ? null : apps }
                : null);
    }

    private static IEnumerable<string> Values(JsonWebToken token, string claim) => token.Claims.Where(other => other.Type == claim).Select(other => other.Value);

    // Goes into the ledger, and the console.
    private static string Printable(string? text) =>
        new([.. (text ?? "").Take(MaxSubject).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)]);
}
