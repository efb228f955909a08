using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Serverless.Hosts.Standalone.Timers;

/// <summary>The blob <c>serverless-host/timers/{function}.json</c>: a timer's status, and the lease of the instance that runs it.</summary>
internal sealed class TimerStore(BlobContainerClient hostContainer, string function)
{
    /// <summary>How late a run is taken over when the instance that ran it has crashed.</summary>
    public static readonly TimeSpan LeaseDuration = TimeSpan.FromSeconds(30);

    private readonly BlobClient _blob = hostContainer.GetBlobClient($"timers/{function.ToLowerInvariant()}.json");

    /// <summary>Reads the status, and writes the first one where there is none.</summary>
    public async Task<TimerStatus> ReadAsync(Func<TimerStatus> first, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                BlobDownloadResult content = await _blob.DownloadContentAsync(cancellation);
                return JsonSerializer.Deserialize(content.Content, TimerStatusJson.Default.TimerStatus)
                    ?? throw new JsonException($"The timer status {_blob.Name} is null.");
            }
            catch (RequestFailedException error) when (error.Status == 404)
            {
                await hostContainer.CreateIfNotExistsAsync(cancellationToken: cancellation);
                await TryCreateAsync(first(), cancellation);
            }
        }
    }

    /// <returns>The lease, or null while another instance holds it.</returns>
    public async Task<BlobLeaseClient?> TryLeaseAsync(CancellationToken cancellation)
    {
        var lease = _blob.GetBlobLeaseClient();
        try
        {
            await lease.AcquireAsync(LeaseDuration, cancellationToken: cancellation);
            return lease;
        }
        catch (RequestFailedException error) when (error.Status == 409)
        {
            return null;
        }
    }

    public Task WriteAsync(TimerStatus status, BlobLeaseClient lease, CancellationToken cancellation) =>
        _blob.UploadAsync(Serialize(status), new BlobUploadOptions { Conditions = new() { LeaseId = lease.LeaseId } }, cancellation);

    private async Task TryCreateAsync(TimerStatus status, CancellationToken cancellation)
    {
        try
        {
            await _blob.UploadAsync(Serialize(status), new BlobUploadOptions { Conditions = new() { IfNoneMatch = ETag.All } }, cancellation);
        }
        catch (RequestFailedException error) when (error.Status is 409 or 412)
        {
        }
    }

    private static BinaryData Serialize(TimerStatus status) =>
        new(JsonSerializer.SerializeToUtf8Bytes(status, TimerStatusJson.Default.TimerStatus));
}
