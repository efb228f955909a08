using System.Collections.Immutable;
using Serverless.Releases;

namespace Serverless.Ledger.Seals;

/// <summary>What a seal says of a chain: so many rows, and these. Whoever keeps it can tell later whether any of them was changed.</summary>
internal sealed record LedgerSeal
{
    /// <summary>The app, or <see cref="Storage.CatalogKeys.SystemPartition"/>.</summary>
    public required string App { get; init; }

    /// <summary>Rows under the seal, from the first.</summary>
    public required long Count { get; init; }

    /// <summary>Hash of the last of them.</summary>
    public required string Head { get; init; }

    /// <summary>Of the Merkle tree (RFC 6962 §2.1) whose leaves are the rows' documents in UTF-8.</summary>
    public required Sha256Digest Root { get; init; }

    /// <summary><see cref="MerkleFrontier.Peaks"/>: the next seal reads new rows only.</summary>
    public required ImmutableArray<Sha256Digest> Frontier { get; init; }

    /// <summary>SHA-256 of the seal before it, as stored; null in the first.</summary>
    public Sha256Digest? PreviousSeal { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <returns>Null when the frontier is none of so many rows, or does not give the root.</returns>
    public MerkleFrontier? Restore() => MerkleFrontier.Restore(Count, Frontier) is { } tree && tree.Root == Root ? tree : null;
}
