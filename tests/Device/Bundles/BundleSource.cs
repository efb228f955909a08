using Serverless.Device.Answers;
using Serverless.Device.Manifests;

namespace Serverless.Device.Bundles;

/// <summary>Turns an offer into files on the device: download, decrypt, verify, unpack; or file by file, where the offer lists them.</summary>
internal sealed class BundleSource(
    BundleDownload download,
    BundleVerifier verifier,
    BundleUnpacker unpacker,
    ManifestSource manifests,
    DeltaCache local,
    IBundleStorage storage,
    BundleCache? shared)
{
    /// <exception cref="BundleFailedException">The bundle did not come, or is not to be trusted.</exception>
    public Task<InstalledBundle> FetchAsync(Offer offer, DownloadMeter meter, Action<int> progress, CancellationToken cancellationToken) =>
        shared is null
            ? FetchAloneAsync(offer, meter, progress, cancellationToken)
            : shared.GetAsync(offer, () => FetchAloneAsync(offer, meter, progress, cancellationToken));

    private Task<InstalledBundle> FetchAloneAsync(Offer offer, DownloadMeter meter, Action<int> progress, CancellationToken cancellationToken) =>
        offer.IsDelta
            ? FetchFilesAsync(offer, meter, progress, cancellationToken)
            : FetchZipAsync(offer, meter, progress, cancellationToken);

    private async Task<InstalledBundle> FetchFilesAsync(Offer offer, DownloadMeter meter, Action<int> progress, CancellationToken cancellationToken)
    {
        var bundle = await manifests.FetchAsync(offer, meter, progress, cancellationToken);
        if (verifier.ReadsChecksum(offer))
        {
            return bundle;
        }
        bundle.Folder!.Delete();
        throw new BundleFailedException("download_fail", $"The checksum of {offer.Version} does not open with the app's public key.");
    }

    private async Task<InstalledBundle> FetchZipAsync(Offer offer, DownloadMeter meter, Action<int> progress, CancellationToken cancellationToken)
    {
        await using var zip = await download.FetchAsync(offer.Url, meter, progress, cancellationToken);
        await using var plain = await verifier.OpenAsync(zip, offer, cancellationToken);
        var folder = storage.Create();
        try
        {
            var root = unpacker.Unpack(plain, folder);
            // What a whole fleet shares is not worth a copy per device.
            if (shared is null)
            {
                local.KeepAll(folder);
            }
            return new InstalledBundle(offer.Version, BundleStatus.Pending) { Folder = folder, Root = root, Checksum = offer.Checksum };
        }
        catch (BundleFailedException)
        {
            folder.Delete();
            throw;
        }
    }
}
