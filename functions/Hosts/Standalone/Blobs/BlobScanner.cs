using System.Diagnostics;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues;
using Microsoft.Extensions.Logging;
using Serverless.Hosts.Standalone.Discovery;
using Serverless.Hosts.Standalone.Listeners;
using Serverless.Observability;

namespace Serverless.Hosts.Standalone.Blobs;

/// <summary>
/// Lists a container again and again, and sends one message for each blob version that has none yet: receipt first, message next, receipt
/// marked last. A crash in between leaves a receipt that was never marked, which any scanner takes over.
/// </summary>
internal sealed partial class BlobScanner(
    BlobFunction function,
    BlobContainerClient container,
    BlobReceipts receipts,
    QueueClient notices,
    BlobScanOptions options,
    TimeProvider time,
    ILogger<BlobScanner> logger) : IListener
{
    private static readonly TimeSpan NeverExpires = TimeSpan.FromSeconds(-1);

    private readonly Outage _outage = new(function.Name, logger);
    private readonly ReceiptCleanUp _cleanUp = new(receipts, options, time);

    /// <summary>Receipts that need no second look while their blob version is there.</summary>
    private HashSet<string>? _settled;

    public async Task RunAsync(CancellationToken stopping, CancellationToken aborted)
    {
        LogScanning(function.Name, container.Name);
        using var interval = new PeriodicTimer(options.Interval, time);
        try
        {
            do
            {
                try
                {
                    await ScanAsync(stopping);
                    _outage.Succeeded();
                }
                catch (Exception error) when (!stopping.IsCancellationRequested)
                {
                    _outage.Failed(error);

                    // A container or the queue may have been removed: made anew before the next scan.
                    _settled = null;
                }
            }
            while (await interval.WaitForNextTickAsync(stopping));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }

    private async Task ScanAsync(CancellationToken cancellation)
    {
        var settled = _settled ??= await PrepareAsync(cancellation);
        var live = new HashSet<string>();
        await foreach (var blob in container.GetBlobsAsync(BlobTraits.Metadata, BlobStates.None, function.Path.Prefix, cancellation))
        {
            if (!function.Path.TryMatch(blob.Name, out _))
            {
                continue;
            }

            var notice = BlobNotice.Of(container.Name, blob.Name, blob.Properties.ETag.GetValueOrDefault());
            var receipt = receipts.NameOf(notice);
            live.Add(receipt);
            if (!settled.Contains(receipt) && await OfferAsync(notice, blob.Metadata, cancellation))
            {
                settled.Add(receipt);
            }
        }

        settled.IntersectWith(live);
        await _cleanUp.RunWhenDueAsync(live, cancellation);
    }

    /// <summary>Makes what the scan needs, and learns what is settled by one listing instead of one question for each blob.</summary>
    private async Task<HashSet<string>> PrepareAsync(CancellationToken cancellation)
    {
        await container.CreateIfNotExistsAsync(cancellationToken: cancellation);
        await receipts.CreateContainerAsync(cancellation);
        await notices.CreateIfNotExistsAsync(cancellationToken: cancellation);

        var settled = new HashSet<string>();
        await foreach (var page in receipts.ReadAsync(from: null, pageSize: 5000, cancellation))
        {
            settled.UnionWith(page.Receipts.Where(receipt => receipt.State != ReceiptState.Claimed).Select(receipt => receipt.Name));
        }

        return settled;
    }

    /// <returns>Whether the version has its message, now or from before.</returns>
    private async Task<bool> OfferAsync(BlobNotice notice, IDictionary<string, string> metadata, CancellationToken cancellation)
    {
        var claim = await receipts.TryClaimAsync(notice, cancellation);
        if (claim is null)
        {
            switch (await receipts.FindAsync(notice, cancellation))
            {
                case { State: ReceiptState.Claimed } abandoned when abandoned.Age >= options.ResendAfter:
                    claim = await receipts.TryMoveAsync(abandoned, ReceiptState.Claimed, cancellation);
                    break;
                case { State: not ReceiptState.Claimed }:
                    return true;
            }
        }

        if (claim is null)
        {
            return false;
        }

        using var span = Traces.Continue("notice", metadata.TryGetValue(Traces.ContextKey, out var context) ? context : null, ActivityKind.Producer);
        await notices.SendMessageAsync((notice with { Traceparent = Traces.Context }).ToMessage(), timeToLive: NeverExpires, cancellationToken: cancellation);

        // A fast listener may have ended the receipt by now, and then it stays ended.
        await receipts.TryMoveAsync(claim, ReceiptState.Sent, cancellation);
        return true;
    }

    [LoggerMessage(LogLevel.Information, "{Function} watches the container {Container}")]
    private partial void LogScanning(string function, string container);
}
