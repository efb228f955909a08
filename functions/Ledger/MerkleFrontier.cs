using System.Collections.Immutable;
using System.Numerics;
using System.Security.Cryptography;
using Serverless.Releases;

namespace Serverless.Ledger;

/// <summary>
/// The Merkle tree of RFC 6962 §2.1 over a list that only grows, kept as the roots of its perfect subtrees: enough to add leaves and to name
/// the root, and one hash for each one bit of the count, however long the list is.
/// </summary>
internal sealed record MerkleFrontier
{
    private const byte LeafPrefix = 0;
    private const byte NodePrefix = 1;

    public static readonly MerkleFrontier Empty = new(0, []);

    private MerkleFrontier(long count, ImmutableArray<Sha256Digest> peaks)
    {
        Count = count;
        Peaks = peaks;
    }

    /// <summary>Leaves so far.</summary>
    public long Count { get; }

    /// <summary>The roots of the perfect subtrees, the largest first.</summary>
    public ImmutableArray<Sha256Digest> Peaks { get; }

    /// <summary>The tree's hash; that of an empty list is the SHA-256 of nothing.</summary>
    public Sha256Digest Root => Peaks.IsEmpty ? Sha256Digest.Of([]) : Peaks.Reverse().Aggregate((right, left) => Node(left, right));

    /// <returns>Null when no list of that many leaves has so many subtrees.</returns>
    public static MerkleFrontier? Restore(long count, ImmutableArray<Sha256Digest> peaks) =>
        count >= 0 && BitOperations.PopCount((ulong)count) == peaks.Length ? new MerkleFrontier(count, peaks) : null;

    public MerkleFrontier Append(ReadOnlySpan<byte> leaf)
    {
        var added = Leaf(leaf);
        var merged = BitOperations.TrailingZeroCount(~Count);
        for (var peak = 1; peak <= merged; peak++)
        {
            added = Node(Peaks[^peak], added);
        }

        return new MerkleFrontier(Count + 1, Peaks[..^merged].Add(added));
    }

    private static Sha256Digest Leaf(ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([LeafPrefix]);
        hash.AppendData(content);
        return Sha256Digest.FromBytes(hash.GetHashAndReset());
    }

    private static Sha256Digest Node(Sha256Digest left, Sha256Digest right) =>
        Sha256Digest.Of([NodePrefix, .. left.ToBytes(), .. right.ToBytes()]);
}
