using Azure.Storage.Blobs;
using Serverless.Releases;
using Serverless.Storage;

namespace Serverless.Deltas;

/// <summary>The files of bundles, one by one.</summary>
internal sealed class FileStore(BlobServiceClient blobs, TimeProvider time)
{
    // Nothing on the way may take them for text and compress or decode them.
    private const string ContentType = "application/octet-stream";

    private readonly ServedBlobs _blobs = new(blobs.GetBlobContainerClient(Containers.Files), time);

    /// <summary>Stores the content unless an earlier release or run has: a name stands for one content, however it was compressed.</summary>
    /// <param name="name">From <see cref="FileBlobs"/>.</param>
    /// <param name="content">Seekable, at its first byte.</param>
    /// <param name="isFamiliar">It is probably stored: asking then costs less than sending it again.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <returns>The size of what is stored, in bytes, and whether it was stored now.</returns>
    public async Task<(long Size, bool IsNew)> PutAsync(string name, Stream content, bool isFamiliar, CancellationToken cancellation)
    {
        if (isFamiliar && await _blobs.KeepAsync(name, ContentType, cancellation) is { } familiar)
        {
            return (familiar, IsNew: false);
        }

        if (await _blobs.TryPutAsync(name, content, ContentType, cancellation))
        {
            return (content.Length, IsNew: true);
        }

        return await _blobs.KeepAsync(name, ContentType, cancellation) is { } known
            ? (known, IsNew: false)
            : throw new IOException($"The file '{name}' was removed while it was stored.");
    }

    /// <summary>Stores a blob whose name is the digest of its own bytes.</summary>
    public async Task PutDigestedAsync(string name, Stream content, CancellationToken cancellation)
    {
        while (!await _blobs.TryPutAsync(name, content, ContentType, cancellation) && await _blobs.KeepAsync(name, ContentType, cancellation) is null)
        {
            // Collected in between.
            content.Position = 0;
        }
    }

    /// <returns>The content as stored, or null when there is none.</returns>
    public Task<Stream?> OpenAsync(string name, CancellationToken cancellation) => _blobs.OpenAsync(name, cancellation);
}
