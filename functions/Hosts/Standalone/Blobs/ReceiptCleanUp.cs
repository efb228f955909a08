namespace Serverless.Hosts.Standalone.Blobs;

/// <summary>Removes the receipts of blob versions that are handled and gone: one page now and then, going on where the last one ended.</summary>
internal sealed class ReceiptCleanUp(BlobReceipts receipts, BlobScanOptions options, TimeProvider time)
{
    private const int PageSize = 500;

    private long _lastRun = time.GetTimestamp();
    private string? _next;

    /// <param name="live">The receipts of every blob version there is; none of them is removed, or the version would be handled again.</param>
    /// <param name="cancellation">Stops between two receipts.</param>
    public async Task RunWhenDueAsync(IReadOnlySet<string> live, CancellationToken cancellation)
    {
        if (time.GetElapsedTime(_lastRun) < options.CleanUpInterval)
        {
            return;
        }

        _lastRun = time.GetTimestamp();
        var page = await receipts.ReadAsync(_next, PageSize, cancellation).FirstOrDefaultAsync(cancellation);
        foreach (var receipt in page?.Receipts ?? [])
        {
            // A version that appeared after the listing has a young receipt.
            var ended = receipt.State is ReceiptState.Done or ReceiptState.Poisoned;
            if (ended && receipt.Age >= options.ReceiptRetention && !live.Contains(receipt.Name))
            {
                await receipts.RemoveAsync(receipt, cancellation);
            }
        }

        _next = page?.Next;
    }
}
