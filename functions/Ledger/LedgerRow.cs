using System.Text;
using System.Text.Json;
using Serverless.Releases;

namespace Serverless.Ledger;

/// <summary>
/// An entry in its place in the chain. The row's hash covers the previous hash and the very bytes of the document that is stored, so that a
/// changed, missing or reordered row shows.
/// </summary>
/// <param name="Number">Position in the chain, from 1.</param>
/// <param name="Document">The JSON that was hashed and is stored.</param>
/// <param name="Hash">SHA-256 over previous hash (64 hex digits), line feed, document.</param>
internal sealed record LedgerRow(long Number, string Document, string Hash)
{
    /// <summary>What stands before the first row.</summary>
    public static readonly string Genesis = new('0', 64);

    public static LedgerRow Chain(LedgerEntry entry, long number, string previousHash, DateTimeOffset at)
    {
        var document = JsonSerializer.Serialize(
            new LedgerDocument(number, at, entry.Kind, entry.Actor, entry.Subject, entry.Why), PipelineJson.Default.LedgerDocument);
        return new LedgerRow(number, document, HashOf(previousHash, document));
    }

    /// <summary>True when this row follows the row with that hash.</summary>
    public bool Follows(string previousHash) => Hash == HashOf(previousHash, Document);

    public LedgerDocument Read() => JsonSerializer.Deserialize(Document, PipelineJson.Default.LedgerDocument)
        ?? throw new FormatException($"Ledger row {Number} is empty.");

    private static string HashOf(string previousHash, string document) =>
        Sha256Digest.Of(Encoding.UTF8.GetBytes($"{previousHash}\n{document}")).Hex;
}

/// <summary>The stored form of a <see cref="LedgerEntry"/>.</summary>
internal sealed record LedgerDocument(long Number, DateTimeOffset At, string Kind, string Actor, string Subject, string Why);
