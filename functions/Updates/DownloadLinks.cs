using Azure.Storage.Blobs;
using Microsoft.Extensions.Options;
using Serverless.Storage;

namespace Serverless.Updates;

/// <summary>
/// Makes short-lived addresses of served blobs. One read-only signature for a container and time window, computed here: by the account
/// key where the connection has one (the emulator), by a user delegation key otherwise. It lets nobody list, and names are digests.
/// </summary>
internal sealed class DownloadLinks(BlobServiceClient blobs, TimeProvider time, IOptions<DownloadOptions> options) : IDisposable
{
    private readonly ContainerLinks _bundles = new(blobs, Containers.Bundles, time, options.Value);
    private readonly ContainerLinks _files = new(blobs, Containers.Files, time, options.Value);

    /// <summary>For names from <see cref="BundleBlobs"/>.</summary>
    public ValueTask<SignedContainer> ToBundlesAsync(CancellationToken cancellation) => _bundles.GetAsync(cancellation);

    /// <summary>For names from <see cref="FileBlobs"/>.</summary>
    public ValueTask<SignedContainer> ToFilesAsync(CancellationToken cancellation) => _files.GetAsync(cancellation);

    public void Dispose()
    {
        _bundles.Dispose();
        _files.Dispose();
    }
}
