using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues.Models;
using Serverless.Hosts.Standalone.Discovery;
using Serverless.Hosts.Standalone.Queues;
using Serverless.Observability;

namespace Serverless.Hosts.Standalone.Blobs;

/// <summary>Runs a blob function on the version a notice names, if that version is still there and not handled yet.</summary>
internal sealed class BlobFunctionHandler(BlobFunction function, object instance, BlobServiceClient blobs, BlobReceipts receipts)
    : IMessageHandler
{
    public async Task HandleAsync(QueueMessage message, CancellationToken cancellation)
    {
        using var span = Traces.Process(function.NoticeQueue, message.Body.ToString());
        var notice = BlobNotice.Parse(message.Body);
        if (await receipts.FindAsync(notice, cancellation) is not { State: ReceiptState.Claimed or ReceiptState.Sent })
        {
            return;
        }

        var blob = blobs.GetBlobContainerClient(notice.Container).GetBlobClient(notice.Name);
        if (function.Path.TryMatch(notice.Name, out var parts) && await IsCurrentAsync(blob, notice, cancellation))
        {
            await function.Invoke(instance, new BlobInput(blob, parts), cancellation);
        }

        await receipts.EndAsync(notice, ReceiptState.Done, cancellation);
    }

    public async Task OnPoisonedAsync(QueueMessage message, CancellationToken cancellation)
    {
        try
        {
            await receipts.EndAsync(BlobNotice.Parse(message.Body), ReceiptState.Poisoned, cancellation);
        }
        catch (JsonException)
        {
            // Poison for not being a notice: there is no receipt to end.
        }
    }

    private static async Task<bool> IsCurrentAsync(BlobClient blob, BlobNotice notice, CancellationToken cancellation)
    {
        try
        {
            BlobProperties properties = await blob.GetPropertiesAsync(cancellationToken: cancellation);
            return notice.IsOf(properties.ETag);
        }
        catch (RequestFailedException error) when (error.Status == 404)
        {
            return false;
        }
    }
}
