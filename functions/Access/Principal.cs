using System.Collections.Immutable;

namespace Serverless.Access;

/// <summary>Who makes a management call: a person, a pipeline or a token.</summary>
/// <param name="Id">Who it is, for the ledger and to tell callers apart: stable, unique, and no secret; <c>entra:{object id}</c>, <c>ci:{subject}</c>, <c>token:{name}</c>.</param>
/// <param name="Scopes">What the caller may do.</param>
internal sealed record Principal(string Id, Scopes Scopes)
{
    /// <summary>The apps to which the caller is limited; null for all, and for what concerns all of them.</summary>
    public ImmutableHashSet<string>? Apps { get; init; }

    /// <param name="scope">What is to be done.</param>
    /// <param name="app">To which app; null for what concerns them all.</param>
    public bool May(Scopes scope, string? app) => (Scopes & scope) == scope && (Apps is null || (app is not null && Apps.Contains(app)));
}
