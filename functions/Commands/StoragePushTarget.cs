using System.Collections.Immutable;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Serverless.Bundles;
using Serverless.Bundles.Content;
using Serverless.Hosts.Standalone;
using Serverless.Storage;

namespace Serverless.Commands;

/// <summary>The drop zone itself, for whoever may write to the storage account.</summary>
internal sealed class StoragePushTarget(BlobServiceClient blobs, UploadVerdicts verdicts, ContentReview review) : IPushTarget
{
    public TimeSpan PollInterval => TimeSpan.FromMilliseconds(250);

    public async Task<(Rejection? Rejection, ImmutableArray<ContentFinding> Warnings)> ReviewAsync(
        UploadName name, ContentFacts facts, UploadMetadata metadata, CancellationToken cancellation)
    {
        var (rejection, content) = await review.JudgeAsync(name, facts, metadata, cancellation);
        return (rejection, content.Warnings);
    }

    public async Task<UploadReceipt> UploadAsync(PushRequest request, UploadName name, TempZip zip, IProgress<long> progress, CancellationToken cancellation)
    {
        try
        {
            var uploaded = await blobs.GetBlobContainerClient(Containers.Uploads).GetBlobClient(name.ToString()).UploadAsync(
                zip.Rewind(),
                new BlobUploadOptions
                {
                    Metadata = request.Metadata.ToDictionary(entry => entry.Key, entry => UploadMetadata.Encode(entry.Value)),
                    HttpHeaders = new BlobHttpHeaders { ContentType = UploadName.ContentType },
                    ProgressHandler = progress,
                },
                cancellation);
            return new UploadReceipt(uploaded.Value.ETag, zip.Digests.Sha256);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            throw new StartupException($"The storage has no container '{Containers.Uploads}' yet: start the server once, which makes it.", e);
        }
    }

    public Task<UploadVerdict> FindVerdictAsync(UploadName name, UploadReceipt receipt, CancellationToken cancellation) => verdicts.FindAsync(name, receipt, cancellation);
}
