using System.Collections.Immutable;
using Serverless.Apps;
using Serverless.Management;

namespace Serverless.Access.Tokens;

/// <summary>What an admin wants of a token.</summary>
/// <param name="Name">Tells it apart, and stands in the ledger for whoever uses it.</param>
/// <param name="Scopes">What its holder may do.</param>
/// <param name="Apps">To which apps; none for all.</param>
/// <param name="Days">How long it is good for.</param>
internal sealed record TokenOrder(string Name, Scopes Scopes, ImmutableArray<string>? Apps = null, int Days = 90)
{
    private const int MaxApps = 100;
    private const int MaxDays = 3660;

    public Problem? FindProblem() =>
        !ApiToken.IsName(Name) || Name == ApiToken.First ? Problem.InvalidMember("name")
        : Scopes is Scopes.None ? Problem.InvalidMember("scopes")
        : Apps is { } apps && (apps.Length > MaxApps || apps.Any(app => !AppId.TryParse(app, out _))) ? Problem.InvalidMember("apps")
        : Days is < 1 or > MaxDays ? Problem.InvalidMember("days")
        : null;
}
