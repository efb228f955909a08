using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Serverless.Fleet;

/// <summary>Where a developer drops a release: one blob, and the server does the rest.</summary>
internal sealed class DropZone(string connectionString, string app, string channel)
{
    private readonly BlobContainerClient _uploads = new(connectionString, "uploads");

    public Task PublishAsync(string version, byte[] zip, CancellationToken cancellationToken) => PublishAsync(version, zip, metadata: null, cancellationToken);

    /// <param name="version">The release.</param>
    /// <param name="zip">Its bundle.</param>
    /// <param name="metadata">What is said about it; null for nothing.</param>
    /// <param name="cancellationToken">Ends the upload.</param>
    public async Task PublishAsync(string version, byte[] zip, IDictionary<string, string>? metadata, CancellationToken cancellationToken)
    {
        await _uploads.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await _uploads.GetBlobClient($"{app}/{channel}/{version}.zip").UploadAsync(new BinaryData(zip), new BlobUploadOptions { Metadata = metadata }, cancellationToken);
    }
}
