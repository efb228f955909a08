using Azure;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Serverless.Storage;

namespace Serverless.Releases;

/// <summary>
/// Blobs that devices download. Never overwritten, so an address stands for the same bytes for ever; and never with a content encoding, which
/// iOS would undo behind the plugin's back.
/// </summary>
internal sealed class ServedBlobs(BlobContainerClient container, TimeProvider time)
{
    /// <summary>A blob that is stored or found is safe from being collected for at least this long: whoever finds an older one renews it.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromDays(1);

    private const string Immutable = "public, max-age=31536000, immutable";

    // Large zips go up in parts; this bounds what one upload keeps in memory.
    private static readonly StorageTransferOptions Transfer = new() { MaximumTransferSize = 8 << 20, InitialTransferSize = 8 << 20, MaximumConcurrency = 2 };

    /// <param name="name">From <see cref="BundleBlobs"/> or <see cref="FileBlobs"/>.</param>
    /// <param name="content">Seekable, read from where it stands.</param>
    /// <param name="contentType">Sent to devices.</param>
    /// <param name="cancellation">A part upload is invisible and expires.</param>
    /// <returns>False when the name is taken; the blob is as it was.</returns>
    public async Task<bool> TryPutAsync(string name, Stream content, string contentType, CancellationToken cancellation)
    {
        var options = new BlobUploadOptions
        {
            Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
            HttpHeaders = Headers(contentType),
            TransferOptions = Transfer,
        };
        try
        {
            await container.GetBlobClient(name).UploadAsync(content, options, cancellation);
            return true;
        }
        catch (RequestFailedException e) when (StorageFault.IsConflict(e))
        {
            return false;
        }
    }

    /// <summary>Finds a blob for somebody who is going to name it, and renews it where it is not <see cref="Fresh"/>: its bytes stay, its ETag and its age do not.</summary>
    /// <param name="name">As it was put.</param>
    /// <param name="contentType">As it was put.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The blob's length in bytes, or null when there is none.</returns>
    public async Task<long?> KeepAsync(string name, string contentType, CancellationToken cancellation)
    {
        var blob = container.GetBlobClient(name);
        try
        {
            BlobProperties found = await blob.GetPropertiesAsync(cancellationToken: cancellation);
            if (time.GetUtcNow() - found.LastModified > Fresh)
            {
                await blob.SetHttpHeadersAsync(Headers(contentType), cancellationToken: cancellation);
            }

            return found.ContentLength;
        }
        catch (RequestFailedException e) when (StorageFault.IsMissing(e))
        {
            return null;
        }
    }

    /// <returns>The content, or null when there is no such blob.</returns>
    public async Task<Stream?> OpenAsync(string name, CancellationToken cancellation)
    {
        try
        {
            BlobDownloadStreamingResult download = await container.GetBlobClient(name).DownloadStreamingAsync(cancellationToken: cancellation);
            return download.Content;
        }
        catch (RequestFailedException e) when (StorageFault.IsMissing(e))
        {
            return null;
        }
    }

    /// <returns>The blob's length in bytes, or null when there is none.</returns>
    public async Task<long?> FindSizeAsync(string name, CancellationToken cancellation)
    {
        try
        {
            BlobProperties properties = await container.GetBlobClient(name).GetPropertiesAsync(cancellationToken: cancellation);
            return properties.ContentLength;
        }
        catch (RequestFailedException e) when (StorageFault.IsMissing(e))
        {
            return null;
        }
    }

    private static BlobHttpHeaders Headers(string contentType) => new() { ContentType = contentType, CacheControl = Immutable };
}
