using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Serverless.Bundles.Content;

/// <summary>Content security policies of pages, in a form in which two can be compared. Pure.</summary>
internal static class ContentSecurityPolicy
{
    private const int MaxLength = 4096;
    private const string Default = "default-src";

    // Each directive with those that stand in for it where it is absent, nearest first.
    private static readonly FrozenDictionary<string, string[]> Directives = new Dictionary<string, string[]>
    {
        [Default] = [],
        ["script-src"] = [Default],
        ["script-src-elem"] = ["script-src", Default],
        ["script-src-attr"] = ["script-src", Default],
        ["style-src"] = [Default],
        ["style-src-elem"] = ["style-src", Default],
        ["style-src-attr"] = ["style-src", Default],
        ["img-src"] = [Default],
        ["font-src"] = [Default],
        ["connect-src"] = [Default],
        ["media-src"] = [Default],
        ["object-src"] = [Default],
        ["frame-src"] = ["child-src", Default],
        ["child-src"] = [Default],
        ["worker-src"] = ["child-src", "script-src", Default],
        ["manifest-src"] = [Default],
        ["base-uri"] = [],
        ["form-action"] = [],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>
    /// The directives that allow something, sorted, with their sources sorted. Digests and nonces are left out, which allow one script of one
    /// build, and with them the <c>'unsafe-inline'</c> that they switch off.
    /// </summary>
    /// <returns>At most 4,096 characters: what is cut off counts as loosened the next time.</returns>
    public static string Normalize(string policy)
    {
        var directives = new SortedDictionary<string, IEnumerable<string>>(StringComparer.Ordinal);
        foreach (var words in policy.Split(';').Select(directive => directive.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))
        {
            if (words is [var name, .. var sources] && Directives.ContainsKey(name.ToLowerInvariant()))
            {
                directives.TryAdd(name.ToLowerInvariant(), Normalize(sources));
            }
        }

        var text = string.Join("; ", directives.Select(directive => string.Join(' ', directive.Value.Prepend(directive.Key))));
        return text[..Math.Min(text.Length, MaxLength)];
    }

    /// <param name="before">Normalized policies that held together.</param>
    /// <param name="after">Those that shall.</param>
    /// <returns>What is allowed now and was not, in words; null when nothing is.</returns>
    public static string? FindLoosened(ImmutableArray<string> before, ImmutableArray<string> after)
    {
        var candidates = after.Select(Parse).ToArray();
        foreach (var policy in before.Select(Parse).Where(policy => policy.Count > 0))
        {
            // All policies of a page must agree, so one that is as strict is enough; the first is as good as any to say how it is not.
            string[] differences = [.. candidates.Select(candidate => FindLoosened(policy, candidate) ?? "").Order(StringComparer.Ordinal)];
            if (differences is not ["", ..])
            {
                return differences is [var difference, ..] ? difference : "the page has no content security policy any more";
            }
        }

        return null;
    }

    private static string? FindLoosened(Dictionary<string, string[]> before, Dictionary<string, string[]> after)
    {
        foreach (var name in Directives.Keys.OrderByDescending(name => before.ContainsKey(name) || after.ContainsKey(name)).ThenBy(name => name, StringComparer.Ordinal))
        {
            if (Effective(before, name) is { } allowed)
            {
                if (Effective(after, name) is not { } sources)
                {
                    return $"{name} restricts nothing any more";
                }

                if (sources.FirstOrDefault(source => !allowed.Any(other => Covers(other, source))) is { } added)
                {
                    return $"{name} allows {added}";
                }
            }
        }

        return null;
    }

    private static string[]? Effective(Dictionary<string, string[]> policy, string name) =>
        Directives[name].Prepend(name).Select(directive => policy.GetValueOrDefault(directive)).FirstOrDefault(sources => sources is not null);

    private static bool Covers(string allowed, string source) => allowed == source || (allowed == "*" && (IsWeb(source) || source == "'self'"))
        || (allowed[^1] == ':' && IsWeb(source) && source.StartsWith(allowed, StringComparison.Ordinal));

    private static bool IsWeb(string source) => source[0] != '\'' && (source.Contains('.', StringComparison.Ordinal) || source is "https:" or "http:");

    private static IEnumerable<string> Normalize(string[] sources)
    {
        var kept = sources.Select(source => source.ToLowerInvariant()).Where(source => source != "'none'").Distinct(StringComparer.Ordinal).ToArray();
        var isNamed = kept.Any(IsOfOneBuild);
        return kept.Where(source => !IsOfOneBuild(source) && !(isNamed && source == "'unsafe-inline'")).Order(StringComparer.Ordinal);
    }

    private static bool IsOfOneBuild(string source) =>
        source.StartsWith("'sha", StringComparison.Ordinal) || source.StartsWith("'nonce-", StringComparison.Ordinal);

    private static Dictionary<string, string[]> Parse(string normalized) => normalized
        .Split("; ", StringSplitOptions.RemoveEmptyEntries)
        .Select(directive => directive.Split(' '))
        .DistinctBy(words => words[0])
        .ToDictionary(words => words[0], words => words[1..], StringComparer.Ordinal);
}
