using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Logging;
using Serverless.Approvals;
using Serverless.Bundles.Zip;

namespace Serverless.Bundles;

/// <summary>
/// Takes in uploads whose event was lost: cloud events are delivered almost always, not always. Young uploads are left to their trigger,
/// old ones to people, because whatever keeps failing for a day needs them. Those that waited for approvals may be of any age.
/// </summary>
internal sealed partial class DropZoneSweep(DropZone dropZone, BundleIntake intake, ApprovalRequests approvals, TimeProvider time, ILogger<DropZoneSweep> logger)
{
    private static readonly TimeSpan Youngest = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Oldest = TimeSpan.FromDays(1);

    public async Task RunAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await foreach (var blob in dropZone.ListAsync(cancellation))
        {
            if (now - blob.Properties.LastModified is { } age && age >= Youngest && (age <= Oldest || await IsDecidedAsync(blob, cancellation)))
            {
                await TryIntakeAsync(blob.Name, cancellation);
            }
        }
    }

    private async Task<bool> IsDecidedAsync(BlobItem blob, CancellationToken cancellation) =>
        UploadName.Parse(blob.Name, out var name) is null && await approvals.IsDecidedAsync(name, blob.Properties.ETag.GetValueOrDefault(), cancellation);

    // One upload that cannot be taken in must not keep the others waiting; the next sweep tries it again.
    private async Task TryIntakeAsync(string blobName, CancellationToken cancellation)
    {
        try
        {
            await intake.RunAsync(blobName, cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(ZipNameRules.Shorten(blobName), e);
        }
    }

    [LoggerMessage(LogLevel.Error, "Sweeping {Upload} failed.")]
    private partial void LogFailed(string upload, Exception fault);
}
