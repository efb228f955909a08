using System.Text;
using System.Text.RegularExpressions;
using Serverless.Releases;

namespace Serverless.Ledger;

/// <summary>
/// The digest of the row that an act left, at the end of the ledger's words about it: an audit holds it against the stored row, and the words need
/// not be read back. Pure.
/// </summary>
internal static partial class RowDigest
{
    /// <param name="words">What happened.</param>
    /// <param name="document">The row, as stored.</param>
    public static string Tell(string words, string document) => $"{words} (row sha256 {Of(document)})";

    /// <param name="document">The row, as stored.</param>
    public static Sha256Digest Of(string document) => Sha256Digest.Of(Encoding.UTF8.GetBytes(document));

    /// <returns>The digest in the words of an entry, or null when they hold none.</returns>
    public static string? In(string words) => Words().Match(words) is { Success: true } match ? match.Groups["digest"].Value : null;

    [GeneratedRegex(@" \(row sha256 (?<digest>[0-9a-f]{64})\)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
