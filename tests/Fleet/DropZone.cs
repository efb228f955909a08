using Azure.Storage.Blobs;

namespace Serverless.Fleet;

/// <summary>Where a developer drops a release: one blob, and the server does the rest.</summary>
internal sealed class DropZone(string connectionString, string app, string channel)
{
    private readonly BlobContainerClient _uploads = new(connectionString, "uploads");

    public async Task PublishAsync(string version, byte[] zip, CancellationToken cancellationToken)
    {
        await _uploads.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await _uploads.GetBlobClient($"{app}/{channel}/{version}.zip").UploadAsync(new BinaryData(zip), overwrite: true, cancellationToken);
    }
}
