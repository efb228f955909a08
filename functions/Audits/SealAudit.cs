using Serverless.Ledger.Seals;
using Serverless.Releases;
using Serverless.Storage;

namespace Serverless.Audits;

/// <summary>Opens a chain's seals, the first one first.</summary>
internal sealed class SealAudit(IAuditSource source, AuditKeys keys, AuditTally tally, string chain)
{
    // Far above what a seal can be.
    private const int MaxBytes = 64 * 1024;

    private readonly HashSet<Sha256Digest> _earlier = [];

    /// <param name="blob">Its name.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <returns>What the seal says, or what is wrong with it as a sentence.</returns>
    public async Task<(LedgerSeal? Seal, string? Defect)> OpenAsync(string blob, CancellationToken cancellation)
    {
        var bytes = await ReadAsync(blob, cancellation);
        if (SealToken.Parse(bytes) is not { } token)
        {
            return (null, $"The seal '{blob}' is not a seal.");
        }

        if (keys.Find(token.KeyId) is not { } key)
        {
            return (null, $"The seal '{blob}' is signed with key {token.KeyId}, which is not among the public keys.");
        }

        if (!token.IsSignedBy(key))
        {
            return (null, $"The signature of the seal '{blob}' does not verify with key {token.KeyId}.");
        }

        var seal = token.Seal;
        if (blob != SealBlobs.Seal(chain, seal.Count) || seal.App != chain || seal.Restore() is null)
        {
            return (null, $"The seal '{blob}' is that of another ledger or of other rows.");
        }

        // Two instances may have sealed after the same seal; but what a seal follows must be there.
        if (seal.PreviousSeal is { } previous ? !_earlier.Contains(previous) : _earlier.Count > 0)
        {
            return (null, $"The seal '{blob}' does not follow the seals before it: one of them is missing or changed.");
        }

        _earlier.Add(Sha256Digest.Of(bytes));
        tally.Seals++;
        tally.Signatures++;
        return (seal, null);
    }

    private async Task<byte[]> ReadAsync(string blob, CancellationToken cancellation)
    {
        await using var content = await source.OpenAsync(Containers.Seals, blob, cancellation) ?? Stream.Null;
        return await content.ReadAtMostAsync(MaxBytes, cancellation);
    }
}
