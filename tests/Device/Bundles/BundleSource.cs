using Serverless.Device.Answers;

namespace Serverless.Device.Bundles;

/// <summary>Turns an offer into files on the device: download, decrypt, verify, unpack.</summary>
internal sealed class BundleSource(
    BundleDownload download, BundleVerifier verifier, BundleUnpacker unpacker, IBundleStorage storage, BundleCache? cache)
{
    /// <exception cref="BundleFailedException">The bundle did not come, or is not to be trusted.</exception>
    public Task<InstalledBundle> FetchAsync(Offer offer, Action<int> progress, CancellationToken cancellationToken) =>
        cache is null
            ? FetchAloneAsync(offer, progress, cancellationToken)
            : cache.GetAsync(offer, () => FetchAloneAsync(offer, progress, cancellationToken));

    private async Task<InstalledBundle> FetchAloneAsync(Offer offer, Action<int> progress, CancellationToken cancellationToken)
    {
        await using var zip = await download.FetchAsync(offer.Url, progress, cancellationToken);
        await using var plain = await verifier.OpenAsync(zip, offer, cancellationToken);
        var folder = storage.Create();
        try
        {
            var root = unpacker.Unpack(plain, folder);
            return new InstalledBundle(offer.Version, BundleStatus.Pending) { Folder = folder, Root = root };
        }
        catch (BundleFailedException)
        {
            folder.Delete();
            throw;
        }
    }
}
