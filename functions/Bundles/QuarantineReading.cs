using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Serverless.Apps;
using Serverless.Management;
using Serverless.Storage;

namespace Serverless.Bundles;

/// <summary>Shows to people which uploads were refused, and why.</summary>
internal sealed class QuarantineReading(BlobServiceClient blobs)
{
    private readonly BlobContainerClient _quarantine = blobs.GetBlobContainerClient(Containers.Quarantine);

    /// <summary>Reads one page of names, and what lies beside each refused upload among them.</summary>
    /// <returns>What is wrong with the page, or the list.</returns>
    public async Task<(Problem? Problem, QuarantineList? List)> ListAsync(AppId app, Page page, CancellationToken cancellation)
    {
        try
        {
            var names = _quarantine.GetBlobsAsync(BlobTraits.None, BlobStates.None, $"{app}/", cancellation);
            var found = await names.AsPages(page.After, page.Limit).FirstAsync(cancellation);
            var shown = await Task.WhenAll(found.Values
                .Where(blob => blob.Name.EndsWith(QuarantineReason.Suffix, StringComparison.Ordinal))
                .Select(blob => ReadAsync(blob.Name, cancellation)));
            return (null, new QuarantineList(
                [.. shown.OfType<RefusedUpload>()], string.IsNullOrEmpty(found.ContinuationToken) ? null : Page.Next(found.ContinuationToken)));
        }
        catch (RequestFailedException e) when (e.Status == 400 && page.After is not null)
        {
            return (Page.UnknownPlace, null);
        }
    }

    /// <returns>Null when it is gone, or was not written by intake.</returns>
    private async Task<RefusedUpload?> ReadAsync(string blob, CancellationToken cancellation)
    {
        try
        {
            BlobDownloadResult found = await _quarantine.GetBlobClient(blob).DownloadContentAsync(cancellation);
            return QuarantineReason.Read(found.Content) is { } reason
                ? new RefusedUpload(blob[..^QuarantineReason.Suffix.Length], reason.Code, reason.Sentence, reason.At, reason.Entry)
                : null;
        }
        catch (RequestFailedException e) when (StorageFault.IsMissing(e))
        {
            return null;
        }
    }
}
