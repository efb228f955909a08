using System.Text;
using Serverless.Ledger;
using Serverless.Releases;
using Serverless.Storage;

namespace Serverless.Audits;

/// <summary>Walks a chain from its first row, and holds it against each of its seals on the way.</summary>
internal sealed class LedgerAudit(IAuditSource source, AuditKeys keys, AuditTally tally)
{
    /// <param name="chain">The app, or the chain that belongs to none.</param>
    /// <param name="seals">Its seals; listed before <paramref name="end"/> was read, so that none is ahead of it.</param>
    /// <param name="end">Where the app's row says that the chain ends; what was added since is not looked at.</param>
    /// <param name="facts">Filled with what the rows tell.</param>
    /// <param name="cancellation">Stops between rows.</param>
    /// <returns>What is wrong, as a sentence, or null when nothing is.</returns>
    public async Task<string?> FindDefectAsync(
        string chain, IReadOnlyList<string> seals, AppState end, LedgerFacts facts, CancellationToken cancellation)
    {
        var opener = new SealAudit(source, keys, tally, chain);
        var (tree, head, next) = (MerkleFrontier.Empty, LedgerRow.Genesis, 0);
        await foreach (var stored in source.ReadRowsAsync(chain, CatalogKeys.LedgerPrefix, cancellation))
        {
            if (tree.Count == end.LedgerCount)
            {
                break;
            }

            if (Follow(stored, tree, head) is not { } row)
            {
                return $"Row {tree.Count + 1} of the ledger is missing, changed or not where it belongs: '{stored.RowKey}' does not follow row {tree.Count}.";
            }

            (tree, head) = (tree.Append(Encoding.UTF8.GetBytes(row.Document)), row.Hash);
            for (; next < seals.Count && seals[next] == SealBlobs.Seal(chain, tree.Count); next++)
            {
                var (seal, defect) = await opener.OpenAsync(seals[next], cancellation);
                if (seal is null)
                {
                    return defect;
                }

                if (seal.Root != tree.Root || seal.Head != head)
                {
                    return $"The seal '{seals[next]}' does not match the ledger: one of rows 1 to {tree.Count} is not what was sealed.";
                }

                tally.SealedRows += seal.Count - (next > 0 ? Count(chain, seals[next - 1]) : 0);
            }

            if (AuditRows.ReadEntry(row) is not { } entry || entry.Number != row.Number || !facts.Apply(entry))
            {
                return $"Row {row.Number} of the ledger tells of an act that cannot follow those before it.";
            }

            tally.LedgerRows++;
        }

        if (tree.Count != end.LedgerCount || head != end.LedgerHead)
        {
            return $"The ledger ends with row {tree.Count}, and the app's row says that it has {end.LedgerCount} or ends otherwise.";
        }

        // The last row may be gone with the app's row set back; a seal that lies beyond remembers it.
        return next < seals.Count ? $"The seal '{seals[next]}' covers rows that the ledger does not have: it ends with row {tree.Count}." : null;
    }

    private static LedgerRow? Follow(Azure.Data.Tables.TableEntity stored, MerkleFrontier before, string head) =>
        AuditRows.ReadLedger(stored) is { } row && row.Number == before.Count + 1 && row.Follows(head) ? row : null;

    private static long Count(string chain, string seal) =>
        long.Parse(seal.AsSpan(SealBlobs.Folder(chain).Length, 12), System.Globalization.CultureInfo.InvariantCulture);
}
