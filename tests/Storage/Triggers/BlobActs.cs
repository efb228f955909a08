using Azure;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Hosts.Standalone.Blobs;
using Serverless.Tests.Support;

namespace Serverless.Tests.Storage.Triggers;

/// <summary>What tests do with blobs and their receipts past the host.</summary>
internal static class BlobActs
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A setting of hosts.</summary>
    public static void ScanOften(IServiceCollection services) =>
        services.Configure<BlobScanOptions>(scan => scan.Interval = TimeSpan.FromMilliseconds(200));

    /// <summary>Into a container that is made when it is missing.</summary>
    public static async Task<ETag> UploadAsync(this AzuriteFixture azurite, string container, string name, string content)
    {
        var client = azurite.Container(container);
        await client.CreateIfNotExistsAsync(cancellationToken: Cancellation);
        BlobContentInfo uploaded = await client.GetBlobClient(name).UploadAsync(new BinaryData(content), overwrite: true, Cancellation);
        return uploaded.ETag;
    }

    public static BlobReceipts ReceiptsOf(this AzuriteFixture azurite, string function) => new(azurite.Container("serverless-host"), function);

    public static async Task<bool> AreReceiptsAsync(this AzuriteFixture azurite, string function, ReceiptState state, int count) =>
        (await azurite.ReceiptStatesAsync(function)).Count(found => found == state) == count;

    public static async Task<IReadOnlyList<ReceiptState>> ReceiptStatesAsync(this AzuriteFixture azurite, string function)
    {
        var pages = await azurite.ReceiptsOf(function).ReadAsync(from: null, pageSize: 100, Cancellation).ToListAsync(Cancellation);
        return [.. pages.SelectMany(page => page.Receipts).Select(receipt => receipt.State)];
    }
}
