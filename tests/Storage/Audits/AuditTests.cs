using System.Security.Cryptography;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Serverless.Apps;
using Serverless.Audits;
using Serverless.Channels;
using Serverless.Deltas;
using Serverless.Ledger;
using Serverless.Ledger.Seals;
using Serverless.Releases;
using Serverless.Rollbacks;
using Serverless.Signing;
using Serverless.Storage;
using Serverless.Tests.Support;

namespace Serverless.Tests.Storage.Audits;

/// <summary>An honest store verifies; whatever is changed in it is found and named, in the store and in an export of it alike.</summary>
public sealed class AuditTests(AzuriteFixture azurite, KeyFolder keys) : IClassFixture<AzuriteFixture>, IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serverless-audit-");
    private readonly AppId _app = PipelineInstance.NewApp();
    private PipelineInstance _pipeline = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TableClient Catalog => _pipeline.Get<TableServiceClient>().GetTableClient(Tables.Catalog);

    private StorageAuditSource Source => new(_pipeline.Get<TableServiceClient>(), _pipeline.Get<BlobServiceClient>());

    public async ValueTask InitializeAsync()
    {
        _pipeline = await PipelineInstance.StartAsync(azurite.ConnectionString, keys);
        await _pipeline.PublishAsync(_app, "1.0.0");
        await SealAsync();
        await _pipeline.PublishAsync(_app, "1.1.0");
        await SealAsync();
    }

    [Fact]
    public async Task Honest_store_holds()
    {
        var report = await VerifyAsync(Source);

        Assert.Null(report.Mismatch);
        Assert.True(report.Holds);
        Assert.Equal((1, 9, 2, 9, 2, 1), (
            report.Checked.Ledgers, report.Checked.LedgerRows, report.Checked.Seals, report.Checked.SealedRows, report.Checked.Releases, report.Checked.Channels));
    }

    [Fact]
    public async Task Store_in_which_everything_happened_holds()
    {
        Assert.True(ChannelName.TryParse("production", out var production));
        Assert.Null(ChannelEdit.Parse("""{"versions":"minor","emulator":false}"""u8, out var edit));
        await _pipeline.Get<ChannelAdministration>().ChangeAsync(_app, production, edit, _ => true, Cancellation);
        await _pipeline.PublishAsync(_app, "2.0.0", "beta");
        await _pipeline.IntakeAsync($"{_app}/beta/nothing.zip", [1, 2, 3]);
        await _pipeline.Get<ReleaseWithdrawal>().RunAsync(_app, BundleVersion.Parse("1.1.0"), "it: failed", Cancellation);
        await _pipeline.Get<ReleaseWithdrawal>().RunAsync(_app, BundleVersion.Parse("2.0.0"), "it failed too", Cancellation);

        var report = await VerifyAsync(Source);

        Assert.Null(report.Mismatch);
        Assert.True(report.Holds);
    }

    [Fact]
    public async Task Honest_export_holds()
    {
        await new AuditExport(Source).RunAsync(_folder.FullName, Cancellation);

        var report = await VerifyAsync(new ExportAuditSource(_folder.FullName));

        Assert.Null(report.Mismatch);
        Assert.True(report.Holds);
        Assert.Equal((await VerifyAsync(Source)).Checked.ToString(), report.Checked.ToString());
    }

    [Theory]
    [InlineData(Containers.Bundles, ".zip")]
    [InlineData(Containers.Bundles, ".zip.enc")]
    [InlineData(Containers.Bundles, ".checksum.json")]
    [InlineData(Containers.Bundles, ".files.json")]
    [InlineData(Containers.Files, ".enc")]
    [InlineData(Containers.Seals, ".jws")]
    public async Task Changed_blob_is_named(string container, string suffix)
    {
        var blob = await FindBlobAsync(container, suffix);
        var content = await _pipeline.ReadAsync(container, blob);
        content[content.Length / 2] ^= 1;
        await _pipeline.Blob(container, blob).UploadAsync(new BinaryData(content), overwrite: true, Cancellation);

        await FindsAsync($"'{blob}'");
    }

    [Theory]
    [InlineData(Containers.Bundles, ".zip")]
    [InlineData(Containers.Bundles, ".files.json")]
    [InlineData(Containers.Files, ".enc")]
    public async Task Missing_blob_is_named(string container, string suffix)
    {
        var blob = await FindBlobAsync(container, suffix);
        await _pipeline.Blob(container, blob).DeleteAsync(cancellationToken: Cancellation);

        await FindsAsync($"'{blob}'");
    }

    [Fact]
    public async Task Changed_plain_file_is_named()
    {
        var release = (await _pipeline.Get<ReleaseCatalog>().FindReleaseAsync(_app, BundleVersion.Parse("1.1.0"), Cancellation))!;
        var list = (await _pipeline.Get<FileLists>().FindAsync(_app, release, release.FileList!.Value, Cancellation))!;
        var blob = list.Files.Single(file => file.Path == "index.html").BlobOf(_app, release.Version);
        var content = await _pipeline.ReadAsync(Containers.Files, blob);
        try
        {
            await _pipeline.Blob(Containers.Files, blob).UploadAsync(new BinaryData([.. content.Reverse()]), overwrite: true, Cancellation);

            await FindsAsync($"'{blob}', which is 'index.html' of release 1.");
        }
        finally
        {
            // Shared with the apps of the other tests.
            await _pipeline.Blob(Containers.Files, blob).UploadAsync(new BinaryData(content), overwrite: true, CancellationToken.None);
        }
    }

    [Theory]
    [InlineData("release:1.0.0", "\"sequence\":1", "\"sequence\":3")]
    [InlineData("release:1.0.0", "\"notes\":{}", "\"notes\":{\"minNative\":\"9.0.0\"}")]
    [InlineData("release:1.0.0", "\"sequence\":1", "\"withdrawnBecause\":\"x\",\"sequence\":1")]
    [InlineData("release:1.0.0", "\"sequence\":1", "\"sequence\":\"one\"")]
    [InlineData("channel:production", "\"target\":\"1.1.0\"", "\"target\":\"1.0.0\"")]
    [InlineData("channel:production", "\"public\":true", "\"public\":false")]
    [InlineData("channel:production", "\"history\":[\"1.0.0\"]", "\"history\":[]")]
    public async Task Changed_row_is_named(string rowKey, string written, string other)
    {
        await ChangeAsync(rowKey, document => document.Replace(written, other, StringComparison.Ordinal));

        await FindsAsync($"'{rowKey}'");
    }

    [Fact]
    public async Task Changed_signature_is_named()
    {
        // A digit in the middle of the first checksum: the key sees it before the document does.
        await ChangeAsync("release:1.0.0", document =>
        {
            var at = document.IndexOf("\"checksum\":\"", StringComparison.Ordinal) + 100;
            return document[..at] + (document[at] == '0' ? '1' : '0') + document[(at + 1)..];
        });

        await FindsAsync("signature of release 1.0.0");
    }

    [Theory]
    [InlineData("release:1.1.0")]
    [InlineData("channel:production")]
    [InlineData("app")]
    public async Task Removed_row_is_missed(string rowKey)
    {
        await Catalog.DeleteEntityAsync(_app.Value, rowKey, cancellationToken: Cancellation);

        await FindsAsync("missing");
    }

    [Fact]
    public async Task Added_release_is_named()
    {
        TableEntity row = await Catalog.GetEntityAsync<TableEntity>(_app.Value, "release:1.1.0", cancellationToken: Cancellation);
        await Catalog.AddEntityAsync(
            new TableEntity(_app.Value, "release:1.2.0")
            {
                ["Document"] = row.GetString("Document").Replace("\"1.1.0\"", "\"1.2.0\"", StringComparison.Ordinal).Replace("\"sequence\":2", "\"sequence\":3", StringComparison.Ordinal),
            },
            Cancellation);

        await FindsAsync("'release:1.2.0'");
    }

    [Fact]
    public async Task Changed_ledger_row_is_named()
    {
        await ChangeAsync(CatalogKeys.Ledger(3), document => document.Replace("intake", "nobody", StringComparison.Ordinal));

        await FindsAsync("Row 3 of the ledger");
    }

    [Fact]
    public async Task Removed_ledger_row_is_named()
    {
        await Catalog.DeleteEntityAsync(_app.Value, CatalogKeys.Ledger(4), cancellationToken: Cancellation);

        await FindsAsync("Row 4 of the ledger");
    }

    [Fact]
    public async Task Inserted_ledger_row_is_named()
    {
        TableEntity row = await Catalog.GetEntityAsync<TableEntity>(_app.Value, CatalogKeys.Ledger(9), cancellationToken: Cancellation);
        await Catalog.UpsertEntityAsync(
            new TableEntity(_app.Value, CatalogKeys.Ledger(2)) { ["Document"] = row.GetString("Document"), ["Hash"] = row.GetString("Hash") }, TableUpdateMode.Replace, Cancellation);

        await FindsAsync("Row 2 of the ledger");
    }

    [Fact]
    public async Task Swapped_ledger_rows_are_named()
    {
        TableEntity first = await Catalog.GetEntityAsync<TableEntity>(_app.Value, CatalogKeys.Ledger(5), cancellationToken: Cancellation);
        TableEntity second = await Catalog.GetEntityAsync<TableEntity>(_app.Value, CatalogKeys.Ledger(6), cancellationToken: Cancellation);
        (first["Document"], second["Document"]) = (second["Document"], first["Document"]);
        (first["Hash"], second["Hash"]) = (second["Hash"], first["Hash"]);
        await Catalog.UpdateEntityAsync(first, first.ETag, TableUpdateMode.Replace, Cancellation);
        await Catalog.UpdateEntityAsync(second, second.ETag, TableUpdateMode.Replace, Cancellation);

        await FindsAsync("Row 5 of the ledger");
    }

    [Fact]
    public async Task Ledger_cut_off_below_a_seal_is_named_even_when_its_end_was_set_back()
    {
        await Catalog.DeleteEntityAsync(_app.Value, CatalogKeys.Ledger(9), cancellationToken: Cancellation);
        await SetEndAsync(8);

        await FindsAsync($"'{_app}/000000000009.jws'");
    }

    [Fact]
    public async Task Ledger_written_anew_in_full_does_not_match_its_seals()
    {
        var head = LedgerRow.Genesis;
        for (var number = 1; number <= 9; number++)
        {
            TableEntity row = await Catalog.GetEntityAsync<TableEntity>(_app.Value, CatalogKeys.Ledger(number), cancellationToken: Cancellation);
            row["Document"] = row.GetString("Document").Replace("intake", "nobody", StringComparison.Ordinal);
            row["Hash"] = head = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{head}\n{row.GetString("Document")}")));
            await Catalog.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, Cancellation);
        }

        await SetEndAsync(9);

        await FindsAsync($"'{_app}/000000000005.jws' does not match the ledger");
    }

    [Fact]
    public async Task Removed_seal_is_missed_by_the_one_after_it()
    {
        await _pipeline.Blob(Containers.Seals, $"{_app}/000000000005.jws").DeleteAsync(cancellationToken: Cancellation);

        await FindsAsync($"'{_app}/000000000009.jws' does not follow");
    }

    [Fact]
    public async Task Swapped_key_opens_nothing()
    {
        using var rsa = RSA.Create(2048);

        var report = await new Audit(Source, AuditKeys.From([SigningPublicKey.From(rsa)], "test"), "").RunAsync(_app, Cancellation);

        Assert.Contains("is not among the public keys", report.Mismatch, StringComparison.Ordinal);
    }

    [Fact]
    public async Task App_whose_rows_are_all_gone_is_missed_by_its_seals()
    {
        await foreach (var row in Catalog.QueryAsync<TableEntity>(row => row.PartitionKey == _app.Value, cancellationToken: Cancellation))
        {
            await Catalog.DeleteEntityAsync(row, cancellationToken: Cancellation);
        }

        await FindsAsync("The app's row is missing");
    }

    public async ValueTask DisposeAsync()
    {
        await _pipeline.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private Task SealAsync() => _pipeline.Get<LedgerSealing>().RunAsync(Cancellation);

    private Task<AuditReport> VerifyAsync(IAuditSource source)
    {
        using var rsa = RSA.Create(keys.ReadPublicKey());
        return new Audit(source, AuditKeys.From([SigningPublicKey.From(rsa)], "test"), "").RunAsync(_app, Cancellation);
    }

    /// <summary>In the store, and in an export of it.</summary>
    private async Task FindsAsync(string words)
    {
        var online = await VerifyAsync(Source);
        await new AuditExport(Source).RunAsync(_folder.FullName, Cancellation);
        var offline = await VerifyAsync(new ExportAuditSource(_folder.FullName));

        Assert.False(online.Holds);
        Assert.Contains(words, online.Mismatch, StringComparison.Ordinal);
        Assert.Equal((online.Mismatch, _app.Value), (offline.Mismatch, offline.App));
    }

    private async Task<string> FindBlobAsync(string container, string suffix) => await _pipeline.Get<BlobServiceClient>().GetBlobContainerClient(container)
        .GetBlobsAsync(BlobTraits.None, BlobStates.None, $"{_app}/", Cancellation).Select(blob => blob.Name).LastAsync(name => name.EndsWith(suffix, StringComparison.Ordinal), Cancellation);

    private async Task ChangeAsync(string rowKey, Func<string, string> change)
    {
        TableEntity row = await Catalog.GetEntityAsync<TableEntity>(_app.Value, rowKey, cancellationToken: Cancellation);
        var before = row.GetString("Document");
        row["Document"] = change(before);
        Assert.NotEqual(before, row.GetString("Document"));
        await Catalog.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, Cancellation);
    }

    private async Task SetEndAsync(long count)
    {
        TableEntity last = await Catalog.GetEntityAsync<TableEntity>(_app.Value, CatalogKeys.Ledger(count), cancellationToken: Cancellation);
        TableEntity app = await Catalog.GetEntityAsync<TableEntity>(_app.Value, CatalogKeys.App, cancellationToken: Cancellation);
        (app["LedgerCount"], app["LedgerHead"]) = (count, last.GetString("Hash"));
        await Catalog.UpdateEntityAsync(app, app.ETag, TableUpdateMode.Replace, Cancellation);
    }
}
