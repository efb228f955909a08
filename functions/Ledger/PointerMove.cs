using System.Text.RegularExpressions;
using Serverless.Releases;

namespace Serverless.Ledger;

/// <summary>Why a <c>channel.moved</c>, in words that can be read back: <c>from 1.4.1 to 1.4.2</c>, with a reason when it was decided against a release.</summary>
/// <param name="From">What the channel pointed at; null is the bundle inside the app.</param>
/// <param name="To">What it points at now.</param>
/// <param name="Reason">Of a rollback.</param>
internal sealed partial record PointerMove(BundleVersion? From, BundleVersion? To, string? Reason = null)
{
    public override string ToString() => $"from {Name(From)} to {Name(To)}{(Reason is null ? "" : $": {Reason}")}";

    /// <returns>Null when these are not the words of a move.</returns>
    public static PointerMove? Parse(string words)
    {
        var match = Words().Match(words);
        return match.Success && TryParse(match.Groups["from"].Value, out var from) && TryParse(match.Groups["to"].Value, out var to)
            ? new PointerMove(from, to, match.Groups["reason"] is { Success: true, Value: var reason } ? reason : null)
            : null;
    }

    private static string Name(BundleVersion? version) => version?.Value ?? BundleVersion.Builtin;

    private static bool TryParse(string name, out BundleVersion? version)
    {
        var isVersion = BundleVersion.TryParse(name, out var parsed);
        version = isVersion ? parsed : null;
        return isVersion || name == BundleVersion.Builtin;
    }

    [GeneratedRegex(@"\Afrom (?<from>[^ :]+) to (?<to>[^ :]+)(: (?<reason>.*))?\z", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Words();
}
