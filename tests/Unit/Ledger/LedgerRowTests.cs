using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Serverless.Ledger;

namespace Serverless.Tests.Unit.Ledger;

public sealed class LedgerRowTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 30, 0, TimeSpan.Zero);

    private static readonly LedgerEntry Entry = new("release.published", "intake", "1.4.2", "sequence 9");

    [Fact]
    public void Document_is_the_act_in_its_place()
    {
        var row = LedgerRow.Chain(Entry, 7, LedgerRow.Genesis, At);

        Assert.Equal(
            """{"number":7,"at":"2026-03-01T12:30:00+00:00","kind":"release.published","actor":"intake","subject":"1.4.2","why":"sequence 9"}""",
            row.Document);
        Assert.Equal(new LedgerDocument(7, At, "release.published", "intake", "1.4.2", "sequence 9"), row.Read());
    }

    [Fact]
    public void Hash_covers_the_previous_hash_and_the_document()
    {
        var first = LedgerRow.Chain(Entry, 1, LedgerRow.Genesis, At);
        var second = LedgerRow.Chain(Entry with { Subject = "1.4.3" }, 2, first.Hash, At);

        Assert.Equal(Hash(new string('0', 64), first.Document), first.Hash);
        Assert.Equal(Hash(first.Hash, second.Document), second.Hash);
    }

    [Fact]
    public void Untouched_chain_follows() => Gen.String.Array[1, 20].Sample(reasons =>
    {
        var head = LedgerRow.Genesis;
        foreach (var row in Chain(reasons))
        {
            if (!row.Follows(head))
            {
                return false;
            }

            head = row.Hash;
        }

        return true;
    });

    [Fact]
    public void Changed_document_shows() => Gen.Select(Gen.Int[0, 200], Gen.Char.AlphaNumeric).Sample((at, character) =>
    {
        var row = LedgerRow.Chain(Entry, 1, LedgerRow.Genesis, At);
        var document = row.Document.ToCharArray();
        document[at % document.Length] = character;
        var changed = row with { Document = new string(document) };

        return changed.Follows(LedgerRow.Genesis) == (changed == row);
    });

    [Fact]
    public void Missing_swapped_or_repeated_row_shows()
    {
        var rows = Chain(["a", "b", "c"]);

        Assert.False(rows[2].Follows(rows[0].Hash));
        Assert.False(rows[0].Follows(rows[1].Hash));
        Assert.False(rows[1].Follows(rows[1].Hash));
        Assert.False((rows[1] with { Hash = rows[2].Hash }).Follows(rows[0].Hash));
    }

    private static List<LedgerRow> Chain(IEnumerable<string> reasons)
    {
        var rows = new List<LedgerRow>();
        foreach (var reason in reasons)
        {
            rows.Add(LedgerRow.Chain(Entry with { Why = reason }, rows.Count + 1, rows.Count == 0 ? LedgerRow.Genesis : rows[^1].Hash, At));
        }

        return rows;
    }

    private static string Hash(string previous, string document) =>
        Convert.ToHexStringLower(SHA256.HashData([.. Encoding.ASCII.GetBytes(previous), (byte)'\n', .. Encoding.UTF8.GetBytes(document)]));
}
