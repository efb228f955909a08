using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Serverless.Hosts.Standalone.Blobs;

/// <summary>The path of a blob trigger, <c>container/literal{part}literal</c>. A part matches any text, also across "/".</summary>
internal sealed partial class BlobPath
{
    private readonly Regex _pattern;

    private BlobPath(string container, string prefix, IReadOnlySet<string> parts, Regex pattern)
    {
        Container = container;
        Prefix = prefix;
        Parts = parts;
        _pattern = pattern;
    }

    public string Container { get; }

    /// <summary>What every matching blob's name begins with; bounds the listing.</summary>
    public string Prefix { get; }

    public IReadOnlySet<string> Parts { get; }

    public static bool TryParse(string path, [NotNullWhen(true)] out BlobPath? parsed)
    {
        parsed = null;
        if (path.Split('/', 2) is not [{ Length: > 0 } container, { Length: > 0 } name] || container.Contains('{'))
        {
            return false;
        }

        var parts = Part().Matches(name).Select(match => match.Groups[1].Value).ToArray();
        var literals = Part().Split(name).Where((_, index) => index % 2 == 0).ToArray();
        if (parts.Distinct().Count() != parts.Length || literals.Any(literal => literal.AsSpan().ContainsAny('{', '}')))
        {
            return false;
        }

        // The pattern is a function's own; a name has no more than 1,024 characters.
        var pattern = Regex.Escape(literals[0]) + string.Concat(parts.Select((part, index) => $"(?<{part}>.+){Regex.Escape(literals[index + 1])}"));
        parsed = new BlobPath(
            container,
            literals[0],
            parts.ToHashSet(),
            new Regex($"^{pattern}\\z", RegexOptions.Singleline | RegexOptions.CultureInvariant));
        return true;
    }

    public bool TryMatch(string blobName, [NotNullWhen(true)] out IReadOnlyDictionary<string, string>? parts)
    {
        var match = _pattern.Match(blobName);
        parts = match.Success ? Parts.ToDictionary(part => part, part => match.Groups[part].Value) : null;
        return match.Success;
    }

    [GeneratedRegex(@"\{([A-Za-z_]\w*)\}")]
    private static partial Regex Part();
}
