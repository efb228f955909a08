using Serverless.Access;
using Serverless.Apps;
using Serverless.Ledger;
using Serverless.Observability;
using Serverless.Releases;

namespace Serverless.Bundles;

/// <summary>Takes a zip in for a principal, into the drop zone: from there on it goes the way of every upload.</summary>
internal sealed class UploadReception(DropZone dropZone, UploadOrigin origin, ReleaseCatalog catalog)
{
    /// <param name="by">Whose upload it is.</param>
    /// <param name="name">Where it is dropped. An upload that waits there is replaced.</param>
    /// <param name="metadata">Of the blob.</param>
    /// <param name="content">The zip; it is not kept when reading it fails.</param>
    /// <param name="cancellation">Gives up; what was received whole stays.</param>
    public async Task<UploadReceipt> ReceiveAsync(
        Principal by, UploadName name, IDictionary<string, string> metadata, Stream content, CancellationToken cancellation)
    {
        var staged = await dropZone.StageAsync(name, content, cancellation);
        origin.Write(metadata, name, staged.Sha256, by.Id);
        if (Traces.Context is { } context)
        {
            metadata[Traces.ContextKey] = context;
        }

        // First, for intake may be faster. The app of a first upload does not exist yet: it is made with its channel.
        await RecordAsync(name.App, new LedgerEntry(LedgerKind.BundleUploaded, by.Id, $"{name}", $"sha256 {staged.Sha256}"), cancellation);
        return await dropZone.CommitAsync(name, staged, metadata, cancellation);
    }

    private async Task RecordAsync(AppId app, LedgerEntry act, CancellationToken cancellation)
    {
        if ((await catalog.ReadAppAsync(app, cancellation)).Exists)
        {
            await catalog.ChangeAsync(app, (_, _) => Task.FromResult<CatalogChange?>(new CatalogChange { Ledger = [act] }), cancellation);
        }
        else
        {
            await catalog.ChangeForAllAppsAsync((_, _) => Task.FromResult<CatalogChange?>(new CatalogChange { Ledger = [act] }), cancellation);
        }
    }
}
