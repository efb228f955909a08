using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Serverless.Releases;
using Serverless.Storage;

namespace Serverless.Bundles;

/// <summary>The container developers drop zips into, and the one that refused zips go to.</summary>
internal sealed class DropZone(BlobServiceClient blobs, TimeProvider time)
{
    private const int BlockSize = 4 * 1024 * 1024;

    private readonly BlobContainerClient _uploads = blobs.GetBlobContainerClient(Containers.Uploads);
    private readonly BlobContainerClient _quarantine = blobs.GetBlobContainerClient(Containers.Quarantine);

    /// <summary>Writes an upload as it comes in, block by block. Nothing of it is seen before <see cref="CommitAsync"/>, and what is never committed storage forgets.</summary>
    public async Task<StagedUpload> StageAsync(UploadName name, Stream content, CancellationToken cancellation)
    {
        var blob = _uploads.GetBlockBlobClient(name.ToString());
        var staging = Guid.NewGuid();
        var blocks = ImmutableArray.CreateBuilder<string>();
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BlockSize];
        for (int read; (read = await content.ReadAtLeastAsync(buffer, BlockSize, throwOnEndOfStream: false, cancellation)) > 0;)
        {
            sha256.AppendData(buffer, 0, read);

            // As long as those of the storage client: a blob takes ids of one length.
            blocks.Add(Convert.ToBase64String(Encoding.ASCII.GetBytes($"{staging:N}{blocks.Count:D16}")));
            using var block = new MemoryStream(buffer, 0, read, writable: false);
            await blob.StageBlockAsync(blocks[^1], block, cancellationToken: cancellation);
        }

        return new StagedUpload(Sha256Digest.FromBytes(sha256.GetHashAndReset()), blocks.ToImmutable());
    }

    /// <summary>Makes the upload whole, in the place of one that may wait under its name.</summary>
    public async Task<UploadReceipt> CommitAsync(UploadName name, StagedUpload staged, IDictionary<string, string> metadata, CancellationToken cancellation)
    {
        BlobContentInfo written = await _uploads.GetBlockBlobClient(name.ToString()).CommitBlockListAsync(
            staged.Blocks,
            new CommitBlockListOptions { Metadata = metadata, HttpHeaders = new BlobHttpHeaders { ContentType = UploadName.ContentType } },
            cancellation);
        return new UploadReceipt(written.ETag, staged.Sha256);
    }

    /// <returns>The upload, or null when it is gone.</returns>
    public async Task<Upload?> FindAsync(string name, CancellationToken cancellation)
    {
        try
        {
            BlobProperties properties = await _uploads.GetBlobClient(name).GetPropertiesAsync(cancellationToken: cancellation);
            return new Upload(name, properties.ETag, properties.ContentLength, properties.LastModified, properties.Metadata);
        }
        catch (RequestFailedException e) when (StorageFault.IsMissing(e))
        {
            return null;
        }
    }

    /// <summary>Opens the upload's content; null when it was replaced or removed since it was found.</summary>
    public async Task<Stream?> OpenAsync(Upload upload, CancellationToken cancellation)
    {
        try
        {
            var options = new BlobDownloadOptions { Conditions = Unchanged(upload) };
            BlobDownloadStreamingResult download = await _uploads.GetBlobClient(upload.Name).DownloadStreamingAsync(options, cancellation);
            return download.Content;
        }
        catch (RequestFailedException e) when (IsReplaced(e))
        {
            return null;
        }
    }

    /// <summary>Removes the upload unless it was replaced meanwhile. Idempotent.</summary>
    public async Task RemoveAsync(Upload upload, CancellationToken cancellation)
    {
        try
        {
            await _uploads.GetBlobClient(upload.Name).DeleteAsync(DeleteSnapshotsOption.IncludeSnapshots, Unchanged(upload), cancellation);
        }
        catch (RequestFailedException e) when (IsReplaced(e))
        {
            // Already gone, or replaced by an upload of its own right.
        }
    }

    /// <summary>
    /// Keeps a refused upload with the reason beside it. The upload itself stays, so that a crash here loses nothing: the caller removes it last.
    /// Doing it again overwrites the same two blobs.
    /// </summary>
    /// <returns>False when the upload was replaced or removed since it was found: there is nothing to keep.</returns>
    public async Task<bool> QuarantineAsync(Upload upload, Rejection rejection, CancellationToken cancellation)
    {
        var source = _uploads.GetBlobClient(upload.Name);
        try
        {
            var options = new BlobCopyFromUriOptions { SourceConditions = Unchanged(upload) };
            var copy = await _quarantine.GetBlobClient(upload.Name).StartCopyFromUriAsync(source.Uri, options, cancellation);
            await copy.WaitForCompletionAsync(cancellation);
        }
        catch (RequestFailedException e) when (IsReplaced(e))
        {
            return false;
        }

        var reason = QuarantineReason.For(upload, rejection, time.GetUtcNow());
        await _quarantine.GetBlobClient(QuarantineReason.BlobName(upload.Name)).UploadAsync(
            reason.ToJson(),
            new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" } },
            cancellation);
        return true;
    }

    /// <returns>Why this very upload was refused, or null.</returns>
    public async Task<QuarantineReason?> FindReasonAsync(string name, ETag upload, CancellationToken cancellation)
    {
        try
        {
            BlobDownloadResult found = await _quarantine.GetBlobClient(QuarantineReason.BlobName(name)).DownloadContentAsync(cancellation);
            return QuarantineReason.Read(found.Content) is { } reason && reason.Upload == upload.ToString() ? reason : null;
        }
        catch (RequestFailedException e) when (StorageFault.IsMissing(e))
        {
            return null;
        }
    }

    /// <summary>Every upload waiting in the drop zone.</summary>
    public IAsyncEnumerable<BlobItem> ListAsync(CancellationToken cancellation) => _uploads.GetBlobsAsync(new GetBlobsOptions(), cancellation);

    // A missing container or a copy under way has other codes: those are faults, and the upload must not be taken for handled.
    private static bool IsReplaced(RequestFailedException fault) =>
        fault.ErrorCode == BlobErrorCode.BlobNotFound || fault.ErrorCode == BlobErrorCode.SourceConditionNotMet || fault.ErrorCode == BlobErrorCode.ConditionNotMet
        || fault.ErrorCode == BlobErrorCode.CannotVerifyCopySource;

    private static BlobRequestConditions Unchanged(Upload upload) => new() { IfMatch = upload.ETag };
}
