using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Sas;
using Serverless.Storage;

namespace Serverless.Updates;

/// <summary>One container's signature, renewed once a time window. However many requests wait, one renewal is under way.</summary>
internal sealed class ContainerLinks(BlobServiceClient blobs, string container, TimeProvider time, DownloadOptions options) : IDisposable
{
    // Clocks of devices, storage and this host differ.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    private readonly BlobContainerClient _container = blobs.GetBlobContainerClient(container);
    private readonly SemaphoreSlim _renewal = new(1);
    private SignedContainer? _signed;

    /// <param name="cancellation">Gives up waiting for a user delegation key, which is asked for once a window.</param>
    public ValueTask<SignedContainer> GetAsync(CancellationToken cancellation)
    {
        var window = time.GetUtcNow().Ticks / options.Window.Ticks;
        return Volatile.Read(ref _signed) is { } signed && signed.Window == window ? new(signed) : new(RenewAsync(window, cancellation));
    }

    public void Dispose() => _renewal.Dispose();

    private async Task<SignedContainer> RenewAsync(long window, CancellationToken cancellation)
    {
        await _renewal.WaitAsync(cancellation);
        try
        {
            if (_signed is { } current && current.Window == window)
            {
                return current;
            }

            var from = new DateTimeOffset(window * options.Window.Ticks, TimeSpan.Zero);
            var permission = new BlobSasBuilder(BlobContainerSasPermissions.Read, from + (2 * options.Window))
            {
                BlobContainerName = container,
                Resource = "c",
                Protocol = _container.Uri.Scheme == Uri.UriSchemeHttps ? SasProtocol.Https : SasProtocol.HttpsAndHttp,
                StartsOn = from - Skew,
            };
            var address = options.BaseUrl is { Length: > 0 } front ? $"{front.TrimEnd('/')}/{container}" : _container.Uri.AbsoluteUri;
            var renewed = new SignedContainer(window, address, await StorageDeadline.BoundAsync(token => SignAsync(permission, token), cancellation));
            Volatile.Write(ref _signed, renewed);
            return renewed;
        }
        catch (Exception e) when (_signed is { } last && last.Window == window - 1 && StorageFault.IsUnavailable(e))
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
            new BlobGetUserDelegationKeyOptions(permission.ExpiresOn) { StartsOn = permission.StartsOn }, cancellation);
        return permission.ToSasQueryParameters(key.Value, blobs.AccountName).ToString();
    }
}
