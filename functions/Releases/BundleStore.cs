using System.Security.Cryptography;
using Azure.Storage.Blobs;
using Serverless.Storage;

namespace Serverless.Releases;

/// <summary>The zips, and what is published beside them.</summary>
internal sealed class BundleStore(BlobServiceClient blobs, TimeProvider time)
{
    private readonly ServedBlobs _blobs = new(blobs.GetBlobContainerClient(Containers.Bundles), time);

    /// <summary>Stores the content unless the name is taken, by an earlier run of the same intake.</summary>
    /// <param name="name">From <see cref="BundleBlobs"/>.</param>
    /// <param name="content">Seekable, read from where it stands.</param>
    /// <param name="contentType">Sent to devices.</param>
    /// <param name="cancellation">A part upload is invisible and expires.</param>
    /// <exception cref="InvalidDataException">The name is taken by other content: the store was tampered with.</exception>
    public async Task PutAsync(string name, Stream content, string contentType, CancellationToken cancellation)
    {
        var start = content.Position;
        while (!await _blobs.TryPutAsync(name, content, contentType, cancellation))
        {
            content.Position = start;
            if (await _blobs.KeepAsync(name, contentType, cancellation) is null)
            {
                // Collected in between.
                continue;
            }

            await HoldAgainstAsync(name, content, cancellation);
            return;
        }
    }

    private async Task HoldAgainstAsync(string name, Stream content, CancellationToken cancellation)
    {
        await using var existing = await OpenAsync(name, cancellation) ?? Stream.Null;
        var stored = await SHA256.HashDataAsync(existing, cancellation);
        var wanted = await SHA256.HashDataAsync(content, cancellation);
        if (!stored.AsSpan().SequenceEqual(wanted))
        {
            throw new InvalidDataException($"The blob '{name}' exists with other content.");
        }
    }

    /// <returns>The content, or null when there is no such blob.</returns>
    public Task<Stream?> OpenAsync(string name, CancellationToken cancellation) => _blobs.OpenAsync(name, cancellation);

    /// <returns>The blob's length in bytes, or null when there is none.</returns>
    public Task<long?> FindSizeAsync(string name, CancellationToken cancellation) => _blobs.FindSizeAsync(name, cancellation);

    /// <summary>Reads a small blob.</summary>
    /// <returns>As <see cref="BoundedRead"/> reads it, or null when there is no such blob.</returns>
    public async Task<byte[]?> ReadAsync(string name, int maxBytes, CancellationToken cancellation)
    {
        await using var content = await OpenAsync(name, cancellation);
        return content is null ? null : await content.ReadAtMostAsync(maxBytes, cancellation);
    }
}
