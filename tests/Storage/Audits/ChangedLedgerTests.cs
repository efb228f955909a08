using System.Security.Cryptography;
using Azure.Data.Tables;
using Serverless.Ledger;
using Serverless.Storage;

namespace Serverless.Tests.Storage.Audits;

/// <summary>Whatever is changed in the ledger is found and named, in the store and in an export of it alike.</summary>
[Collection(nameof(Audits))]
public sealed class ChangedLedgerTests(AuditLab lab) : AuditTest(lab)
{
    [Fact]
    public async Task Changed_ledger_row_is_named()
    {
        await ChangeAsync(CatalogKeys.Ledger(3), document => document.Replace("intake", "nobody", StringComparison.Ordinal));

        await FindsAsync("Row 3 of the ledger");
    }

    [Fact]
    public async Task Removed_ledger_row_is_named()
    {
        await Table.DeleteEntityAsync(App.Value, CatalogKeys.Ledger(4), cancellationToken: Cancellation);

        await FindsAsync("Row 4 of the ledger");
    }

    [Fact]
    public async Task Inserted_ledger_row_is_named()
    {
        var row = await ReadAsync(CatalogKeys.Ledger(9));
        await Table.UpsertEntityAsync(
            new TableEntity(App.Value, CatalogKeys.Ledger(2)) { ["Document"] = row.GetString("Document"), ["Hash"] = row.GetString("Hash") }, TableUpdateMode.Replace, Cancellation);

        await FindsAsync("Row 2 of the ledger");
    }

    [Fact]
    public async Task Swapped_ledger_rows_are_named()
    {
        var first = await ReadAsync(CatalogKeys.Ledger(5));
        var second = await ReadAsync(CatalogKeys.Ledger(6));
        (first["Document"], second["Document"]) = (second["Document"], first["Document"]);
        (first["Hash"], second["Hash"]) = (second["Hash"], first["Hash"]);
        await Table.UpdateEntityAsync(first, first.ETag, TableUpdateMode.Replace, Cancellation);
        await Table.UpdateEntityAsync(second, second.ETag, TableUpdateMode.Replace, Cancellation);

        await FindsAsync("Row 5 of the ledger");
    }

    [Fact]
    public async Task Ledger_cut_off_below_a_seal_is_named_even_when_its_end_was_set_back()
    {
        await Table.DeleteEntityAsync(App.Value, CatalogKeys.Ledger(9), cancellationToken: Cancellation);
        await SetEndAsync(8);

        await FindsAsync($"'{App}/000000000009.jws'");
    }

    [Fact]
    public async Task Ledger_written_anew_in_full_does_not_match_its_seals()
    {
        var head = LedgerRow.Genesis;
        for (var number = 1; number <= 9; number++)
        {
            var row = await ReadAsync(CatalogKeys.Ledger(number));
            row["Document"] = row.GetString("Document").Replace("intake", "nobody", StringComparison.Ordinal);
            row["Hash"] = head = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{head}\n{row.GetString("Document")}")));
            await Table.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, Cancellation);
        }

        await SetEndAsync(9);

        await FindsAsync($"'{App}/000000000005.jws' does not match the ledger");
    }

    private async Task SetEndAsync(long count)
    {
        var last = await ReadAsync(CatalogKeys.Ledger(count));
        var app = await ReadAsync(CatalogKeys.App);
        (app["LedgerCount"], app["LedgerHead"]) = (count, last.GetString("Hash"));
        await Table.UpdateEntityAsync(app, app.ETag, TableUpdateMode.Replace, Cancellation);
    }
}
