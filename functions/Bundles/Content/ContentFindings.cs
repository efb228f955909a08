using System.Collections.Immutable;

namespace Serverless.Bundles.Content;

/// <summary>Collects what breaks rules: of each rule the first finding and how often there were others, so that no bundle makes it grow.</summary>
internal sealed class ContentFindings
{
    private readonly Dictionary<string, (ContentFinding First, int Count)> _byRule = new(StringComparer.Ordinal);

    public void Add(ContentFinding finding) =>
        _byRule[finding.Code] = _byRule.TryGetValue(finding.Code, out var known) ? (known.First, known.Count + 1) : (finding, 1);

    /// <summary>At most one a rule, in the order of their codes.</summary>
    public ImmutableArray<ContentFinding> ToImmutable() =>
    [
        .. _byRule.Values
            .Select(found => found.Count == 1 ? found.First : found.First with { Sentence = $"{found.First.Sentence[..^1]}; {found.Count:N0} of its kind were found." })
            .OrderBy(finding => finding.Code, StringComparer.Ordinal),
    ];
}
