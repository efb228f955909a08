using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Serverless.Apps;
using Serverless.Releases;
using Serverless.Releases.Documents;
using Serverless.Signing.Local;
using Serverless.Storage;

namespace Serverless.Tests.Storage.Releases;

/// <summary>What somebody who can write to storage and cannot sign does to one release of an app; 1.0.0 is the other one there.</summary>
internal sealed class Tampering(PipelineInstance pipeline, AppId app, string version)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TableClient Table => pipeline.Get<TableServiceClient>().GetTableClient(Tables.Catalog);

    /// <param name="tampering">In words, or the path of the row's member that gets another value.</param>
    public async Task ApplyAsync(string tampering)
    {
        var release = await FindAsync(version);
        var other = await FindAsync("1.0.0");
        var form = release.SignedForms[0];
        var document = pipeline.Blob(Containers.Bundles, $"{app}/{version}/{form.Document}.jws");
        await (tampering switch
        {
            "a byte of the document" => ChangeByteAsync(document),
            "the document is gone" => document.DeleteAsync(cancellationToken: Cancellation),
            "the document is signed by another key" => ForgeAsync(release, form),
            "the document is another release's" => CopyDocumentAsync(other, document),
            "the row names another release's document" => NameAsync(other),
            "the row names no document" => ChangeRowAsync(row => row["signedForms"]![0]!.AsObject().Remove("document")),
            "the row is gone" => Table.DeleteEntityAsync(app.Value, $"release:{version}", cancellationToken: Cancellation),
            "the row is another release's" => CopyRowAsync(),
            "the row is not JSON" => ChangeTextAsync("{\"version\":"),
            "the zip" => ChangeByteAsync(pipeline.Blob(Containers.Bundles, $"{app}/{version}/{release.Zip.Sha256}.zip")),
            _ => ChangeRowAsync(row => Change(row, tampering.Split('/')[1..])),
        });

        // The row names it by its digest, as a forger of rows would.
        async Task ForgeAsync(Release forged, SignedForm signed)
        {
            using var key = new LocalSigningKey(RSA.Create(2048));
            await StoreAsync(await ReleaseDocument.Of(app, forged, signed).SignAsync(key, Cancellation));
        }

        async Task NameAsync(Release named) =>
            await StoreAsync(await pipeline.ReadAsync(Containers.Bundles, $"{app}/{named.Version}/{named.SignedForms[0].Document}.jws"));

        async Task StoreAsync(byte[] jws)
        {
            var digest = Convert.ToHexStringLower(SHA256.HashData(jws));
            await pipeline.Blob(Containers.Bundles, $"{app}/{version}/{digest}.jws").UploadAsync(new BinaryData(jws), overwrite: true, Cancellation);
            await ChangeRowAsync(row => row["signedForms"]![0]!["document"] = digest);
        }
    }

    private async Task CopyDocumentAsync(Release from, BlobClient to) => await to.UploadAsync(
        new BinaryData(await pipeline.ReadAsync(Containers.Bundles, $"{app}/{from.Version}/{from.SignedForms[0].Document}.jws")), overwrite: true, Cancellation);

    private static async Task ChangeByteAsync(BlobClient blob)
    {
        var bytes = (await blob.DownloadContentAsync(Cancellation)).Value.Content.ToArray();
        bytes[bytes.Length / 2] ^= 1;
        await blob.UploadAsync(new BinaryData(bytes), overwrite: true, Cancellation);
    }

    /// <summary>Gives a member another value of its kind.</summary>
    private static void Change(JsonNode row, string[] path)
    {
        var parent = path[..^1].Aggregate(row, (node, step) => int.TryParse(step, out var index) ? node[index]! : node[step]!);
        parent[path[^1]] = path[^1] switch
        {
            "signedForms" => new JsonArray(),
            "sequence" => 1,
            "createdAt" => "2020-01-01T00:00:00+00:00",
            "minNative" => "0.1.0",
            _ => Turned(parent[path[^1]]!.GetValue<string>()),
        };

        static string Turned(string text) => (text[0] == '0' ? '1' : '0') + text[1..];
    }

    private async Task CopyRowAsync()
    {
        var other = await RowAsync("1.0.0");
        await ChangeTextAsync(other.GetString("Document"));
    }

    private async Task ChangeRowAsync(Action<JsonNode> change)
    {
        var document = JsonNode.Parse((await RowAsync(version)).GetString("Document"))!;
        change(document);
        await ChangeTextAsync(document.ToJsonString());
    }

    private async Task ChangeTextAsync(string document)
    {
        var row = await RowAsync(version);
        row["Document"] = document;
        await Table.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, Cancellation);
    }

    private async Task<TableEntity> RowAsync(string of) =>
        await Table.GetEntityAsync<TableEntity>(app.Value, $"release:{of}", cancellationToken: Cancellation);

    private async Task<Release> FindAsync(string of) =>
        Assert.IsType<Release>(await pipeline.Get<ReleaseCatalog>().FindReleaseAsync(app, BundleVersion.Parse(of), Cancellation));
}
