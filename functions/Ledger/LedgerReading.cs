using System.Collections.Immutable;
using Serverless.Apps;
using Serverless.Management;
using Serverless.Releases;

namespace Serverless.Ledger;

/// <summary>Shows an app's ledger to people, and follows its chain for them. Each call reads so many rows at most.</summary>
internal sealed class LedgerReading(ReleaseCatalog catalog, LedgerChains chains)
{
    private const int MaxRows = 1000;

    /// <param name="app">The app.</param>
    /// <param name="page">Which page.</param>
    /// <param name="kind">Rows of this kind alone; null for all.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<LedgerPage> ListAsync(AppId app, Page page, string? kind, CancellationToken cancellation)
    {
        var end = Math.Min(page.AfterNumber ?? long.MaxValue, (await catalog.ReadAppAsync(app, cancellation)).LedgerCount + 1);
        var first = Math.Max(end - (kind is null ? page.Limit : MaxRows), 1);
        var rows = await chains.ReadAsync(app.Value, first - 1, end - 1, cancellation).Select(DescribedRow.Of).ToListAsync(cancellation);
        var found = rows.Where(row => kind is null || row.Kind == kind).Reverse().Take(page.Limit).ToImmutableArray();
        var reached = found.Length == page.Limit ? found[^1].Number : first;
        return new LedgerPage(found, reached > 1 ? Page.Next(reached) : null);
    }

    /// <param name="app">The app.</param>
    /// <param name="after">The row from which on the chain is followed, 0 for its beginning.</param>
    /// <param name="hash">Of that row, as it was found before.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<LedgerVerification> VerifyAsync(AppId app, long after, string hash, CancellationToken cancellation)
    {
        var state = await catalog.ReadAppAsync(app, cancellation);
        var (through, head) = (after, hash);
        var end = Math.Min(after + MaxRows, state.LedgerCount);
        await foreach (var row in chains.ReadAsync(app.Value, after, end, cancellation))
        {
            if (row.Number != through + 1 || !row.Follows(head))
            {
                break;
            }

            (through, head) = (row.Number, row.Hash);
        }

        var isAtEnd = through == state.LedgerCount;
        var defect = through < end ? $"Row {through + 1} is missing, changed or not where it belongs: it does not follow row {through}."
            : isAtEnd && head != state.LedgerHead ? "The ledger ends otherwise than the app's row tells."
            : through > state.LedgerCount ? $"The ledger has {state.LedgerCount} rows."
            : null;
        return new LedgerVerification(through, head, state.LedgerCount, isAtEnd && defect is null, defect);
    }
}
