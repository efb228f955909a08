using System.Collections.Immutable;
using Serverless.Ledger;
using Serverless.Management;
using Serverless.Releases;

namespace Serverless.Access.Tokens;

/// <summary>Issues and revokes tokens, each act with its row in the ledger of what belongs to all apps.</summary>
internal sealed class TokenAdministration(ReleaseCatalog catalog, ApiTokens tokens, TokenUses uses, TimeProvider time)
{
    /// <summary>Those that ended and are still remembered included.</summary>
    public const int MaxTokens = 500;

    // Of one transaction.
    private const int MaxForgotten = 20;

    private static readonly TimeSpan Remembered = TimeSpan.FromDays(90);

    public async Task<ImmutableArray<TokenDescription>> ListAsync(CancellationToken cancellation)
    {
        var used = await uses.ListAsync(cancellation);
        return
        [
            .. (await catalog.ListTokensAsync(cancellation))
                .OrderByDescending(token => token.IssuedAt)
                .Select(token => TokenDescription.Of(token) with { LastUsed = used.TryGetValue(token.Name, out var at) ? at : null }),
        ];
    }

    /// <param name="by">A principal's id, or what issues it on the machine itself.</param>
    /// <param name="order">A sound one.</param>
    /// <param name="cancellation">Gives up; a token that nobody was told may remain.</param>
    /// <returns>What speaks against it, or the token.</returns>
    public async Task<(Problem? Problem, TokenDescription? Token)> IssueAsync(string by, TokenOrder order, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var text = TokenText.New();
        var token = new ApiToken
        {
            Name = order.Name,
            Sha256 = TokenText.Hash(text),
            Scopes = order.Scopes,
            Apps = order.Apps ?? [],
            IssuedAt = now,
            IssuedBy = by,
            ExpiresAt = now.AddDays(order.Days),
        };
        Problem? problem = null;
        await catalog.ChangeForAllAppsAsync(
            async (_, cancelled) =>
            {
                var all = await catalog.ListTokensAsync(cancelled);

                // A commit whose answer was lost meets itself as a conflict.
                if (all.Any(other => other.Sha256 == token.Sha256))
                {
                    return null;
                }

                var forgotten = all.Where(other => other.Name != ApiToken.First && now - other.EndedAt(now) > Remembered).Take(MaxForgotten).ToArray();
                problem = all.Except(forgotten).Any(other => other.Name == token.Name) ? Problem.TokenNameTaken
                    : all.Length - forgotten.Length >= MaxTokens ? Problem.TooManyTokens
                    : null;
                return problem is not null ? null : Issue(token) with { ForgottenTokens = [.. forgotten.Select(other => other.Name).Where(name => name != token.Name)] };
            },
            cancellation);
        tokens.Forget();
        return problem is null ? (null, TokenDescription.Of(token) with { Token = text }) : (problem, null);
    }

    /// <summary>Makes the first token of a server that never had one, for whoever runs it.</summary>
    /// <returns>Null when there is one, also when it was revoked.</returns>
    public async Task<string?> IssueFirstAsync(CancellationToken cancellation)
    {
        var text = TokenText.New();
        var token = new ApiToken { Name = ApiToken.First, Sha256 = TokenText.Hash(text), Scopes = Scopes.Admin, IssuedAt = time.GetUtcNow(), IssuedBy = "first-start" };
        var isFirst = false;
        await catalog.ChangeForAllAppsAsync(
            async (_, cancelled) =>
            {
                var all = await catalog.ListTokensAsync(cancelled);
                isFirst = all.All(other => other.Sha256 == token.Sha256);
                return all.IsEmpty ? Issue(token) : null;
            },
            cancellation);
        return isFirst ? text : null;
    }

    /// <summary>Ends a token; one that has ended is left as it is.</summary>
    /// <returns>The token as it is now, or null when there is none of that name.</returns>
    public async Task<TokenDescription?> RevokeAsync(Principal by, string name, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        ApiToken? revoked = null;
        await catalog.ChangeForAllAppsAsync(
            async (_, cancelled) =>
            {
                var before = (await catalog.ListTokensAsync(cancelled)).FirstOrDefault(token => token.Name == name);
                revoked = before is not null && before.EndedAt(now) is null ? before with { RevokedAt = now } : before;
                return revoked == before ? null : new CatalogChange
                {
                    Tokens = [revoked!],
                    Ledger = [new LedgerEntry(LedgerKind.TokenRevoked, by.Id, name, "")],
                };
            },
            cancellation);
        tokens.Forget();
        return revoked is null ? null : TokenDescription.Of(revoked);
    }

    private static CatalogChange Issue(ApiToken token)
    {
        var apps = token.Apps.IsEmpty ? "all apps" : string.Join(", ", token.Apps);
        var end = token.ExpiresAt is { } expires ? $"until {expires:O}" : "until it is revoked";
        return new CatalogChange
        {
            Tokens = [token],
            Ledger = [new LedgerEntry(LedgerKind.TokenIssued, token.IssuedBy, token.Name, $"{string.Join(", ", ScopeWords.Of(token.Scopes))} for {apps}, {end}")],
        };
    }
}
