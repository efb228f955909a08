using System.Collections.Immutable;

namespace Serverless.Ledger;

/// <summary>A page of an app's ledger.</summary>
/// <param name="Rows">Newest first. With a kind there may be fewer than asked for, or none, and more behind them.</param>
/// <param name="Next">Where the next page begins; null at the end.</param>
internal sealed record LedgerPage(ImmutableArray<DescribedRow> Rows, string? Next = null);

/// <param name="Number">Its place in the chain, from 1.</param>
/// <param name="At">When it was written.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="Subject">To what.</param>
/// <param name="Why">The reason, or what it amounts to.</param>
/// <param name="Hash">Over the hash of the row before and this one.</param>
internal sealed record DescribedRow(long Number, DateTimeOffset At, string Kind, string Actor, string Subject, string Why, string Hash)
{
    public static DescribedRow Of(LedgerRow row)
    {
        var entry = row.Read();
        return new DescribedRow(row.Number, entry.At, entry.Kind, entry.Actor, entry.Subject, entry.Why, row.Hash);
    }
}

/// <summary>What came of following a part of the chain.</summary>
/// <param name="Through">The last row that follows from the hash that was given.</param>
/// <param name="Hash">Of that row: the next part is followed from here.</param>
/// <param name="Rows">In the whole chain.</param>
/// <param name="IsComplete">The end of the chain was reached, and is the one that the app's row tells.</param>
/// <param name="Defect">What is wrong, as a sentence; null when nothing is.</param>
internal sealed record LedgerVerification(long Through, string Hash, long Rows, bool IsComplete, string? Defect = null);
