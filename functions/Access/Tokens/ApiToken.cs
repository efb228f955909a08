using System.Collections.Immutable;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Serverless.Releases;

namespace Serverless.Access.Tokens;

/// <summary>A token that an admin issued. Its text is not kept.</summary>
internal sealed partial record ApiToken
{
    /// <summary>Of the token that a new server makes for whoever runs it.</summary>
    public const string First = "first";

    /// <summary>Tells it apart, also from those that ended not long ago.</summary>
    public required string Name { get; init; }

    /// <summary>Of <see cref="TokenText"/>.</summary>
    public required Sha256Digest Sha256 { get; init; }

    public required Scopes Scopes { get; init; }

    /// <summary>The apps it is limited to; empty for none.</summary>
    public ImmutableArray<string> Apps { get; init; } = [];

    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>The id of a principal, or what issued it on the machine itself.</summary>
    public required string IssuedBy { get; init; }

    /// <summary>Null when it is good until it is revoked.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    [JsonIgnore]
    public Principal Principal => new($"token:{Name}", Scopes) { Apps = Apps.IsEmpty ? null : [.. Apps] };

    public static bool IsName(string name) => Pattern().IsMatch(name);

    /// <returns>When it stopped being good; null when it still is.</returns>
    public DateTimeOffset? EndedAt(DateTimeOffset now) => RevokedAt ?? (ExpiresAt <= now ? ExpiresAt : null);

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
