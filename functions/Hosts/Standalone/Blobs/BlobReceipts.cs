using System.Runtime.CompilerServices;
using System.Text;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Serverless.Releases;

namespace Serverless.Hosts.Standalone.Blobs;

/// <summary>
/// One function's memory of the blob versions it has met: a small blob each in <c>serverless-host/blob-receipts/{function}/</c>, whose
/// metadata says how far the version has come. Conditional writes decide between instances.
/// </summary>
internal sealed class BlobReceipts(BlobContainerClient hostContainer, string function)
{
    private const string StateKey = "state";

    private readonly string _prefix = $"blob-receipts/{function.ToLowerInvariant()}/";

    public Task CreateContainerAsync(CancellationToken cancellation) => hostContainer.CreateIfNotExistsAsync(cancellationToken: cancellation);

    /// <summary>Safe for any blob name, and new for each version of a blob.</summary>
    public string NameOf(BlobNotice notice) => _prefix + Sha256Digest.Of(Encoding.UTF8.GetBytes($"{notice.Name}\n{notice.ETag}")).Hex;

    /// <summary>Claims a version nobody has met before.</summary>
    /// <returns>The claim, or null when there is a receipt already.</returns>
    public async Task<Receipt?> TryClaimAsync(BlobNotice notice, CancellationToken cancellation)
    {
        var name = NameOf(notice);
        try
        {
            var created = await hostContainer.GetBlobClient(name).UploadAsync(
                notice.ToMessage(),
                new BlobUploadOptions { Metadata = MetadataOf(ReceiptState.Claimed), Conditions = new() { IfNoneMatch = ETag.All } },
                cancellation);
            return new Receipt(name, ReceiptState.Claimed, created.Value.ETag, TimeSpan.Zero);
        }
        catch (RequestFailedException error) when (error.Status is 409 or 412)
        {
            return null;
        }
    }

    /// <summary>Moves a receipt on if it is still as it was read.</summary>
    /// <returns>The receipt as it is now, or null when another instance was first.</returns>
    public async Task<Receipt?> TryMoveAsync(Receipt receipt, ReceiptState state, CancellationToken cancellation)
    {
        try
        {
            var moved = await hostContainer.GetBlobClient(receipt.Name).SetMetadataAsync(
                MetadataOf(state),
                new BlobRequestConditions { IfMatch = receipt.ETag },
                cancellation);
            return receipt with { State = state, ETag = moved.Value.ETag, Age = TimeSpan.Zero };
        }
        catch (RequestFailedException error) when (error.Status is 404 or 412)
        {
            return null;
        }
    }

    /// <summary>Ends a receipt, whoever touched it meanwhile. A receipt that was removed stays so.</summary>
    public async Task EndAsync(BlobNotice notice, ReceiptState state, CancellationToken cancellation)
    {
        try
        {
            await hostContainer.GetBlobClient(NameOf(notice)).SetMetadataAsync(MetadataOf(state), cancellationToken: cancellation);
        }
        catch (RequestFailedException error) when (error.Status == 404)
        {
        }
    }

    public async Task<Receipt?> FindAsync(BlobNotice notice, CancellationToken cancellation)
    {
        var name = NameOf(notice);
        try
        {
            var found = await hostContainer.GetBlobClient(name).GetPropertiesAsync(cancellationToken: cancellation);
            var properties = found.Value;
            return new Receipt(name, StateOf(properties.Metadata), properties.ETag, AgeAt(found.GetRawResponse(), properties.LastModified));
        }
        catch (RequestFailedException error) when (error.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Reads receipts page by page.</summary>
    /// <param name="from">Where an earlier reading stopped; null for the beginning.</param>
    /// <param name="pageSize">Up to 5,000.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async IAsyncEnumerable<ReceiptPage> ReadAsync(
        string? from,
        int pageSize,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var blobs = hostContainer.GetBlobsAsync(BlobTraits.Metadata, BlobStates.None, _prefix, cancellation);
        await foreach (var page in blobs.AsPages(from, pageSize).WithCancellation(cancellation))
        {
            var receipts = page.Values.Select(blob => new Receipt(
                blob.Name,
                StateOf(blob.Metadata),
                blob.Properties.ETag.GetValueOrDefault(),
                AgeAt(page.GetRawResponse(), blob.Properties.LastModified.GetValueOrDefault())));
            yield return new ReceiptPage([.. receipts], page.ContinuationToken is { Length: > 0 } next ? next : null);
        }
    }

    public Task RemoveAsync(Receipt receipt, CancellationToken cancellation) =>
        hostContainer.GetBlobClient(receipt.Name).DeleteIfExistsAsync(cancellationToken: cancellation);

    private static Dictionary<string, string> MetadataOf(ReceiptState state) => new() { [StateKey] = state.ToString() };

    private static ReceiptState StateOf(IDictionary<string, string> metadata) =>
        Enum.TryParse<ReceiptState>(metadata.TryGetValue(StateKey, out var state) ? state : null, out var parsed) ? parsed : ReceiptState.Claimed;

    /// <summary>By the clock of the storage alone, which all instances share.</summary>
    private static TimeSpan AgeAt(Response response, DateTimeOffset lastModified) =>
        response.Headers.Date is { } now && now > lastModified ? now - lastModified : TimeSpan.Zero;
}

/// <param name="Name">Of the receipt's blob.</param>
/// <param name="State">As read.</param>
/// <param name="ETag">Of the receipt, to move it only as it was read.</param>
/// <param name="Age">Since its last move, when it was read.</param>
internal sealed record Receipt(string Name, ReceiptState State, ETag ETag, TimeSpan Age);

internal sealed record ReceiptPage(IReadOnlyList<Receipt> Receipts, string? Next);
