using Azure.Storage.Blobs;
using Azure.Storage.Sas;
using Microsoft.Extensions.Options;
using Serverless.Storage;

namespace Serverless.Updates;

/// <summary>
/// Makes short-lived addresses of served blobs. One read-only signature for the container and time window, computed here: by the account
/// key where the connection has one (the emulator), by a user delegation key otherwise. It lets nobody list, and names are digests.
/// </summary>
internal sealed class DownloadLinks(BlobServiceClient blobs, TimeProvider time, IOptions<DownloadOptions> options) : IDisposable
{
    // Clocks of devices, storage and this host differ.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    private readonly BlobContainerClient _container = blobs.GetBlobContainerClient(Containers.Bundles);
    private readonly SemaphoreSlim _renewal = new(1);
    private Signature? _signature;

    /// <param name="blob">From <see cref="BundleBlobs"/>.</param>
    /// <param name="cancellation">Gives up waiting for a user delegation key, which is asked for once a window.</param>
    public async ValueTask<Uri> ForAsync(string blob, CancellationToken cancellation)
    {
        var window = time.GetUtcNow().Ticks / options.Value.Window.Ticks;
        var signature = Volatile.Read(ref _signature);
        if (signature?.Window != window)
        {
            signature = await RenewAsync(window, cancellation);
        }

        var address = options.Value.BaseUrl is { Length: > 0 } front ? $"{front.TrimEnd('/')}/{Containers.Bundles}" : _container.Uri.AbsoluteUri;
        return new Uri($"{address}/{Escape(blob)}?{signature.Query}");
    }

    public void Dispose() => _renewal.Dispose();

    private async Task<Signature> RenewAsync(long window, CancellationToken cancellation)
    {
        await _renewal.WaitAsync(cancellation);
        try
        {
            if (_signature is { } current && current.Window == window)
            {
                return current;
            }

            var from = new DateTimeOffset(window * options.Value.Window.Ticks, TimeSpan.Zero);
            var permission = new BlobSasBuilder(BlobContainerSasPermissions.Read, from + (2 * options.Value.Window))
            {
                BlobContainerName = Containers.Bundles,
                Resource = "c",
                Protocol = _container.Uri.Scheme == Uri.UriSchemeHttps ? SasProtocol.Https : SasProtocol.HttpsAndHttp,
                StartsOn = from - Skew,
            };
            var renewed = new Signature(window, await StorageDeadline.BoundAsync(token => SignAsync(permission, token), cancellation));
            Volatile.Write(ref _signature, renewed);
            return renewed;
        }
        catch (Exception e) when (_signature is { } last && last.Window == window - 1 && StorageFault.IsUnavailable(e))
        {
            // The last window's signature is good for the whole of this one.
            return last;
        }
        finally
        {
            _renewal.Release();
        }
    }

    private async Task<string> SignAsync(BlobSasBuilder permission, CancellationToken cancellation)
    {
        if (_container.CanGenerateSasUri)
        {
            return _container.GenerateSasUri(permission).Query.TrimStart('?');
        }

        var key = await blobs.GetUserDelegationKeyAsync(
            new Azure.Storage.Blobs.Models.BlobGetUserDelegationKeyOptions(permission.ExpiresOn) { StartsOn = permission.StartsOn }, cancellation);
        return permission.ToSasQueryParameters(key.Value, blobs.AccountName).ToString();
    }

    // A version may hold a plus sign, which some servers read as a space.
    private static string Escape(string blob) => string.Join('/', blob.Split('/').Select(Uri.EscapeDataString));

    private sealed record Signature(long Window, string Query);
}
