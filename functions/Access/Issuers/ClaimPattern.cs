namespace Serverless.Access.Issuers;

/// <summary>
/// What a claim must be. The wildcard stands at the end and after a separator only, because of <c>acme*</c> anybody may register another name.
/// </summary>
internal static class ClaimPattern
{
    private const char Any = '*';

    public static bool IsSound(string pattern) =>
        pattern.IndexOf(Any, StringComparison.Ordinal) switch
        {
            -1 => pattern.Length > 0,
            var at => at == pattern.Length - 1 && at > 1 && pattern[at - 1] is '/' or ':',
        };

    public static bool Matches(string pattern, string value) => pattern.EndsWith(Any)
        ? value.Length >= pattern.Length && value.StartsWith(pattern[..^1], StringComparison.Ordinal)
        : value == pattern;
}
