using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;
using Serverless.Apps;
using Serverless.Keys;
using Serverless.Releases;
using Serverless.Signing;

namespace Serverless.Ledger.Seals;

/// <summary>
/// Seals every ledger that grew. A seal is one conditional write, so that a crash leaves it made or not, and of two instances at once one makes
/// it. A ledger that does not continue what was sealed is left as it is and reported: a seal over it would make tampering look sound.
/// </summary>
internal sealed partial class LedgerSealing(
    LedgerChains chains, SealStore store, SignatureAccount account, KeyRing ring, Telemetry telemetry, TimeProvider time, ILogger<LedgerSealing> logger)
{
    // What this instance knows to be sealed; an unchanged ledger then costs no more than its row.
    private readonly ConcurrentDictionary<string, long> _sealed = new(StringComparer.Ordinal);

    public async Task RunAsync(CancellationToken cancellation)
    {
        await foreach (var head in chains.ListAsync(cancellation))
        {
            if (head.Count > 0 && _sealed.GetValueOrDefault(head.Chain) != head.Count)
            {
                await TrySealAsync(head, cancellation);
            }
        }
    }

    // One ledger that cannot be sealed must not keep the others waiting; the next run tries it again.
    private async Task TrySealAsync(LedgerHead head, CancellationToken cancellation)
    {
        try
        {
            if (await store.ExistsAsync(head.Chain, head.Count, cancellation) || await SealAsync(head, cancellation))
            {
                _sealed[head.Chain] = head.Count;
            }
        }
        catch (CustodianException e)
        {
            LogNoKey(head.Chain, e.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(head.Chain, e);
        }
    }

    private async Task<bool> SealAsync(LedgerHead head, CancellationToken cancellation)
    {
        var keys = await ring.GetSigningKeysAsync(AppId.TryParse(head.Chain, out var app) ? app : null, cancellation);
        var last = await store.FindLastAsync(head.Chain, _sealed.GetValueOrDefault(head.Chain), head.Count, cancellation);
        if (await ExtendAsync(head, last, keys, cancellation) is not { } extension)
        {
            telemetry.LedgerUnsealable();
            LogUnsealable(head.Chain);
            return false;
        }

        var seal = new LedgerSeal
        {
            App = head.Chain,
            Count = head.Count,
            Head = head.Hash,
            Root = extension.Tree.Root,
            Frontier = extension.Tree.Peaks,
            PreviousSeal = last is null ? null : Sha256Digest.Of(last),
            At = time.GetUtcNow(),
        };
        var unaccounted = await account.CountUnaccountedAsync(head.Chain, extension.Signed, cancellation);
        if (await store.TryPutAsync(seal, await SealToken.SignAsync(seal, keys[0], cancellation), cancellation))
        {
            LogSealed(head.Chain, head.Count, seal.Root.Hex);
            telemetry.SignaturesUnaccounted(unaccounted);
        }

        return true;
    }

    /// <returns>Null when the rows do not continue the last seal, or do not lead to the head.</returns>
    private async Task<Extension?> ExtendAsync(LedgerHead head, byte[]? last, IReadOnlyList<ISigningKey> keys, CancellationToken cancellation)
    {
        var before = last is null ? null : SealToken.Parse(last);
        if (last is not null && (before is null || before.Seal.App != head.Chain))
        {
            return null;
        }

        // A seal by a key that signs no longer is not taken at its word: its rows are read once more.
        var isKnown = before is not null && keys.Any(key => before.IsSignedBy(key.PublicKey));
        var tree = isKnown ? before!.Seal.Restore() : MerkleFrontier.Empty;
        var hash = isKnown ? before!.Seal.Head : LedgerRow.Genesis;
        var start = tree?.Count ?? 0;
        var signed = new List<LedgerDocument>();
        await foreach (var row in chains.ReadAsync(head.Chain, start, cancellation).TakeWhile(row => row.Number <= head.Count))
        {
            if (tree is null || row.Number != tree.Count + 1 || !row.Follows(hash))
            {
                return null;
            }

            (tree, hash) = (tree.Append(Encoding.UTF8.GetBytes(row.Document)), row.Hash);
            if (tree.Count == before?.Seal.Count && (tree.Root != before.Seal.Root || hash != before.Seal.Head))
            {
                return null;
            }

            if (row.Number > (before?.Seal.Count ?? 0) && row.Read() is { Kind: LedgerKind.BundleSigned } entry)
            {
                signed.Add(entry);
            }
        }

        return tree?.Count == head.Count && hash == head.Hash ? new Extension(tree, signed) : null;
    }

    [LoggerMessage(LogLevel.Information, "Sealed the ledger of {Chain}: {Count} rows, root {Root}.")]
    private partial void LogSealed(string chain, long count, string root);

    [LoggerMessage(LogLevel.Error, "The ledger of {Chain} does not continue what was sealed of it, and is not sealed; run `verify` to see the first row that differs.")]
    private partial void LogUnsealable(string chain);

    [LoggerMessage(LogLevel.Error, "The ledger of {Chain} is not sealed: {Why}")]
    private partial void LogNoKey(string chain, string why);

    [LoggerMessage(LogLevel.Error, "Sealing the ledger of {Chain} failed.")]
    private partial void LogFailed(string chain, Exception fault);

    /// <param name="Tree">Over all rows up to the head.</param>
    /// <param name="Signed">What the new rows say was signed.</param>
    private sealed record Extension(MerkleFrontier Tree, IReadOnlyList<LedgerDocument> Signed);
}
