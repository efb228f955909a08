using System.Globalization;
using System.Text.RegularExpressions;
using Serverless.Releases;

namespace Serverless.Approvals;

/// <summary>What an entry of the ledger is about, in words that can be read back: <c>sha256 66b1…, up to 25%, policy 7</c>.</summary>
/// <param name="Sha256">Of the bundle as it was dropped.</param>
/// <param name="Percent">Of the devices.</param>
/// <param name="Policy">Under which policy.</param>
internal sealed partial record ApprovalTerms(Sha256Digest Sha256, int Percent, long Policy)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"sha256 {Sha256}, up to {Percent}%, policy {Policy}");

    /// <param name="words">Of the entry; whatever follows is not looked at.</param>
    /// <returns>Null when they do not begin with terms.</returns>
    public static ApprovalTerms? Parse(string words) => Words().Match(words) is { Success: true } match
        && Sha256Digest.TryParse(match.Groups["sha256"].Value, out var sha256)
        && int.TryParse(match.Groups["percent"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var percent)
        && long.TryParse(match.Groups["policy"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var policy)
            ? new ApprovalTerms(sha256, percent, policy)
            : null;

    [GeneratedRegex(@"\Asha256 (?<sha256>[0-9a-f]{64}), up to (?<percent>[0-9]{1,3})%, policy (?<policy>[0-9]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
