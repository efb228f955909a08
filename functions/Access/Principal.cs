namespace Serverless.Access;

/// <summary>Who makes a management call: a person, a pipeline or a token.</summary>
/// <param name="Id">Who it is, for the ledger and to tell callers apart: stable, unique, and no secret; <c>entra:{object id}</c>, <c>ci:{subject}</c>, <c>token:{name}</c>.</param>
/// <param name="Scopes">What the caller may do.</param>
internal sealed record Principal(string Id, Scopes Scopes)
{
    public bool May(Scopes scope) => (Scopes & scope) == scope;
}
