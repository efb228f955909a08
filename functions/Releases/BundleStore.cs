using System.Security.Cryptography;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Serverless.Storage;

namespace Serverless.Releases;

/// <summary>The blobs that devices download. Named by digest and never overwritten, so an address stands for the same bytes for ever.</summary>
internal sealed class BundleStore(BlobServiceClient blobs)
{
    private const string Immutable = "public, max-age=31536000, immutable";

    // Large zips go up in parts; this bounds what one upload keeps in memory.
    private static readonly StorageTransferOptions Transfer = new() { MaximumTransferSize = 8 << 20, InitialTransferSize = 8 << 20, MaximumConcurrency = 2 };

    private readonly BlobContainerClient _container = blobs.GetBlobContainerClient(Containers.Bundles);

    /// <summary>Stores the content unless the name is taken, by an earlier run of the same intake.</summary>
    /// <param name="name">From <see cref="BundleBlobs"/>.</param>
    /// <param name="content">Seekable, read from where it stands.</param>
    /// <param name="contentType">Sent to devices.</param>
    /// <param name="cancellation">A part upload is invisible and expires.</param>
    /// <exception cref="InvalidDataException">The name is taken by other content: the store was tampered with.</exception>
    public async Task PutAsync(string name, Stream content, string contentType, CancellationToken cancellation)
    {
        var blob = _container.GetBlobClient(name);
        var start = content.Position;
        var options = new BlobUploadOptions
        {
            Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
            HttpHeaders = new BlobHttpHeaders { ContentType = contentType, CacheControl = Immutable },
            TransferOptions = Transfer,
        };
        try
        {
            await blob.UploadAsync(content, options, cancellation);
        }
        catch (RequestFailedException e) when (StorageFault.IsConflict(e))
        {
            content.Position = start;
            await using var existing = await blob.OpenReadAsync(cancellationToken: cancellation);
            var stored = await SHA256.HashDataAsync(existing, cancellation);
            var wanted = await SHA256.HashDataAsync(content, cancellation);
            if (!stored.AsSpan().SequenceEqual(wanted))
            {
                throw new InvalidDataException($"The blob '{name}' exists with other content.", e);
            }
        }
    }

    /// <returns>The content, or null when there is no such blob.</returns>
    public async Task<Stream?> OpenAsync(string name, CancellationToken cancellation)
    {
        try
        {
            BlobDownloadStreamingResult download = await _container.GetBlobClient(name).DownloadStreamingAsync(cancellationToken: cancellation);
            return download.Content;
        }
        catch (RequestFailedException e) when (StorageFault.IsMissing(e))
        {
            return null;
        }
    }
}
