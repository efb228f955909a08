using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serverless.Storage;

namespace Serverless.Ledger.Seals;

/// <summary>Seals as blobs, each under an immutability policy where the account has them. Never overwritten and never removed.</summary>
internal sealed partial class SealStore(BlobServiceClient blobs, IOptions<SealOptions> options, TimeProvider time, ILogger<SealStore> logger)
{
    private readonly BlobContainerClient _container = blobs.GetBlobContainerClient(Containers.Seals);
    private int _policyState;

    public async Task<bool> ExistsAsync(string chain, long count, CancellationToken cancellation) =>
        await _container.GetBlobClient(SealBlobs.Seal(chain, count)).ExistsAsync(cancellation);

    /// <summary>The last seal of a chain over more than <paramref name="known"/> and at most <paramref name="count"/> rows, or else the known one.</summary>
    /// <returns>Null when there is none.</returns>
    public async Task<byte[]?> FindLastAsync(string chain, long known, long count, CancellationToken cancellation)
    {
        var last = known > 0 ? SealBlobs.Seal(chain, known) : null;
        var prefix = CommonPrefix(SealBlobs.Seal(chain, known), SealBlobs.Seal(chain, count));
        await foreach (var blob in _container.GetBlobsAsync(BlobTraits.None, BlobStates.None, prefix, cancellation))
        {
            if (string.CompareOrdinal(blob.Name, SealBlobs.Seal(chain, count)) <= 0 && string.CompareOrdinal(blob.Name, last) > 0)
            {
                last = blob.Name;
            }
        }

        return last is null ? null : await ReadAsync(last, cancellation);
    }

    /// <returns>False when another instance has sealed so many rows.</returns>
    public async Task<bool> TryPutAsync(LedgerSeal seal, byte[] token, CancellationToken cancellation)
    {
        var blob = _container.GetBlobClient(SealBlobs.Seal(seal.App, seal.Count));
        var upload = new BlobUploadOptions
        {
            Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
            HttpHeaders = new BlobHttpHeaders { ContentType = "application/jose" },
            ImmutabilityPolicy = Policy(),
        };
        try
        {
            return await TryUploadAsync(blob, token, upload, cancellation);
        }
        catch (RequestFailedException e) when (upload.ImmutabilityPolicy is not null && e.Status is 400 or 409 or 501)
        {
            WarnOnce();
            upload.ImmutabilityPolicy = null;
            return await TryUploadAsync(blob, token, upload, cancellation);
        }
    }

    private static async Task<bool> TryUploadAsync(BlobClient blob, byte[] token, BlobUploadOptions upload, CancellationToken cancellation)
    {
        try
        {
            await blob.UploadAsync(new BinaryData(token), upload, cancellation);
            return true;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobAlreadyExists || e.ErrorCode == BlobErrorCode.ConditionNotMet)
        {
            return false;
        }
    }

    private static string CommonPrefix(string one, string other) => one[..one.AsSpan().CommonPrefixLength(other)];

    private async Task<byte[]> ReadAsync(string name, CancellationToken cancellation)
    {
        BlobDownloadResult content = await _container.GetBlobClient(name).DownloadContentAsync(cancellation);
        return content.Content.ToArray();
    }

    private BlobImmutabilityPolicy? Policy()
    {
        if (options.Value.ImmutabilityDays == 0)
        {
            return null;
        }

        if (blobs.AccountName == StorageEmulator.Account)
        {
            WarnOnce();
            return null;
        }

        return new BlobImmutabilityPolicy
        {
            ExpiresOn = time.GetUtcNow().AddDays(options.Value.ImmutabilityDays),
            PolicyMode = options.Value.Locked ? BlobImmutabilityPolicyMode.Locked : BlobImmutabilityPolicyMode.Unlocked,
        };
    }

    private void WarnOnce()
    {
        if (Interlocked.Exchange(ref _policyState, 1) == 0)
        {
            LogNoPolicy();
        }
    }

    [LoggerMessage(LogLevel.Warning, "The storage account keeps no blob under an immutability policy: whoever may delete blobs may delete seals.")]
    private partial void LogNoPolicy();
}
