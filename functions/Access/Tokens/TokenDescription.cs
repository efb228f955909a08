using System.Collections.Immutable;

namespace Serverless.Access.Tokens;

/// <summary>A token as admins see it.</summary>
/// <param name="LastUsed">To the hour; null when it never was.</param>
/// <param name="Token">The token itself, told once: to whoever issues it.</param>
internal sealed record TokenDescription(
    string Name,
    Scopes Scopes,
    ImmutableArray<string>? Apps,
    DateTimeOffset IssuedAt,
    string IssuedBy,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt,
    DateTimeOffset? LastUsed = null,
    string? Token = null)
{
    public static TokenDescription Of(ApiToken token) => new(
        token.Name, token.Scopes, token.Apps.IsEmpty ? null : token.Apps, token.IssuedAt, token.IssuedBy, token.ExpiresAt, token.RevokedAt);
}

/// <param name="Tokens">Newest first, those included that ended within 90 days.</param>
internal sealed record TokenDescriptionList(ImmutableArray<TokenDescription> Tokens);
