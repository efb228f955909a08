using System.Security.Cryptography;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Serverless.Apps;
using Serverless.Audits;
using Serverless.Ledger.Seals;
using Serverless.Signing;
using Serverless.Storage;

namespace Serverless.Tests.Storage.Audits;

/// <summary>
/// An app with two releases and a seal after each, alone in the store: it is taken out again after the test, so that no test exports or seals
/// what the others left.
/// </summary>
public abstract class AuditTest : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serverless-audit-");
    private readonly AuditLab _lab;

    private protected AuditTest(AuditLab lab) => _lab = lab;

    private protected AppId App { get; } = PipelineInstance.NewApp();

    private protected PipelineInstance Pipeline => _lab.Pipeline;

    private protected TableClient Table => Pipeline.Get<TableServiceClient>().GetTableClient(Tables.Catalog);

    private protected StorageAuditSource Source => new(Pipeline.Get<TableServiceClient>(), Pipeline.Get<BlobServiceClient>());

    /// <summary>Empty, for an export.</summary>
    private protected string Folder => _folder.FullName;

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await Pipeline.PublishAsync(App, "1.0.0");
        await SealAsync();
        await Pipeline.PublishAsync(App, "1.1.0");
        await SealAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _folder.Delete(recursive: true);
        await RemoveRowsAsync();
        await Task.WhenAll(new[] { Containers.Bundles, Containers.Files, Containers.Seals }.Select(RemoveBlobsAsync));
    }

    private protected Task<AuditReport> VerifyAsync(IAuditSource source)
    {
        using var rsa = RSA.Create(_lab.Keys.ReadPublicKey());
        return new Audit(source, AuditKeys.From([SigningPublicKey.From(rsa)], "test"), "").RunAsync(App, Cancellation);
    }

    /// <summary>In the store, and in an export of it.</summary>
    private protected async Task FindsAsync(string words)
    {
        var online = await VerifyAsync(Source);
        await new AuditExport(Source).RunAsync(Folder, Cancellation);
        var offline = await VerifyAsync(new ExportAuditSource(Folder));

        Assert.False(online.Holds);
        Assert.Contains(words, online.Mismatch, StringComparison.Ordinal);
        Assert.Equal((online.Mismatch, App.Value), (offline.Mismatch, offline.App));
    }

    private protected async Task ChangeAsync(string rowKey, Func<string, string> change)
    {
        var row = await ReadAsync(rowKey);
        var before = row.GetString("Document");
        row["Document"] = change(before);
        Assert.NotEqual(before, row.GetString("Document"));
        await Table.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, Cancellation);
    }

    private protected async Task<TableEntity> ReadAsync(string rowKey) =>
        await Table.GetEntityAsync<TableEntity>(App.Value, rowKey, cancellationToken: Cancellation);

    private protected async Task RemoveRowsAsync()
    {
        var rows = await Table.QueryAsync<TableEntity>(row => row.PartitionKey == App.Value, cancellationToken: CancellationToken.None).ToListAsync();
        if (rows.Count > 0)
        {
            await Table.SubmitTransactionAsync(rows.Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row)));
        }
    }

    private async Task RemoveBlobsAsync(string name)
    {
        var container = Pipeline.Get<BlobServiceClient>().GetBlobContainerClient(name);
        var blobs = await container.GetBlobsAsync(BlobTraits.None, BlobStates.None, $"{App}/", CancellationToken.None).ToListAsync();
        await Task.WhenAll(blobs.Select(blob => container.DeleteBlobAsync(blob.Name)));
    }

    private Task SealAsync() => Pipeline.Get<LedgerSealing>().RunAsync(Cancellation);
}
