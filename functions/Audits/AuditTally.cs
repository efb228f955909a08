using System.Text.Json.Serialization;

namespace Serverless.Audits;

/// <summary>What an audit has looked at so far, and found to hold.</summary>
internal sealed class AuditTally
{
    [JsonPropertyName("ledgers")]
    public int Ledgers { get; set; }

    [JsonPropertyName("ledgerRows")]
    public long LedgerRows { get; set; }

    [JsonPropertyName("seals")]
    public long Seals { get; set; }

    /// <summary>Rows under the last seal of their ledger.</summary>
    [JsonPropertyName("sealedRows")]
    public long SealedRows { get; set; }

    [JsonPropertyName("releases")]
    public int Releases { get; set; }

    [JsonPropertyName("channels")]
    public int Channels { get; set; }

    [JsonPropertyName("blobs")]
    public long Blobs { get; set; }

    [JsonPropertyName("signatures")]
    public long Signatures { get; set; }

    public override string ToString() =>
        $"{Ledgers} ledgers, {LedgerRows} rows, {SealedRows} of them sealed by {Seals} seals, {Releases} releases, {Channels} channels, {Blobs} blobs, {Signatures} signatures";
}
