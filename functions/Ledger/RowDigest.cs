using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Serverless.Releases;

namespace Serverless.Ledger;

/// <summary>The digest of the row that an act leaves, at the end of what the ledger says of the act: an audit holds it against the stored row. Pure.</summary>
internal static partial class RowDigest
{
    /// <param name="document">The row, as stored.</param>
    public static Sha256Digest Of(string document) => Sha256Digest.Of(Encoding.UTF8.GetBytes(document));

    /// <summary>The words, and behind them the digest of the record's row.</summary>
    public static string Append<T>(string words, T record, JsonTypeInfo<T> type) => $"{words} (row sha256 {Of(JsonSerializer.Serialize(record, type))})";

    /// <returns>The digest at the end of an entry's words, or null when there is none.</returns>
    public static string? In(string words) => Words().Match(words) is { Success: true } match ? match.Groups["digest"].Value : null;

    [GeneratedRegex(@" \(row sha256 (?<digest>[0-9a-f]{64})\)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
