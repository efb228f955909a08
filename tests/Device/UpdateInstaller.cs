using Serverless.Device.Answers;
using Serverless.Device.Bundles;
using Serverless.Device.Stats;

namespace Serverless.Device;

/// <summary>Brings an offered version onto the device: from its shelf, as a zip, or file by file. Never the one way after the other failed.</summary>
internal sealed class UpdateInstaller(
    DeviceInfo info, PluginGeneration generation, BundleSource source, IBundleStorage storage, DownloadReport report, EventQueue events)
{
    private bool IsIos => info.Profile.Platform is DevicePlatform.Ios;

    public async Task<UpdateOutcome> InstallAsync(Offer offer, BundleShelf shelf, CancellationToken cancellationToken)
    {
        if (shelf.Find(offer.Version) is { } onDisk)
        {
            return Reuse(onDisk, offer, shelf);
        }
        if (BundleDemands.Refusal(offer, info.Profile, generation) is { } demand)
        {
            report.Refused(demand, offer, shelf.Running);
            return new UpdateFailed(offer.Version, demand, "The offer lacks what this plugin demands.");
        }

        report.Started(offer);
        var meter = new DownloadMeter();
        try
        {
            var bundle = await source.FetchAsync(offer, meter, percent => report.Progressed(offer, percent), cancellationToken);
            report.Completed(offer);
            return Queue(bundle, shelf) with { BytesDownloaded = meter.Bytes };
        }
        catch (BundleFailedException e)
        {
            report.Failed(e, offer, shelf.Running);
            if (IsIos && offer.IsDelta)
            {
                shelf.Condemn(offer.Version, storage.Create());
            }
            return new UpdateFailed(offer.Version, e.Action, e.Message);
        }
    }

    public UpdateQueued Queue(InstalledBundle bundle, BundleShelf shelf)
    {
        shelf.Queue(bundle);
        if (generation.ReportsQueued)
        {
            events.Add("set_next", bundle.Version, shelf.Running.Version);
        }
        return new UpdateQueued(bundle);
    }

    private UpdateOutcome Reuse(InstalledBundle onDisk, Offer offer, BundleShelf shelf)
    {
        if (onDisk.Status is BundleStatus.Error)
        {
            events.Add("download_fail", shelf.Running.Version);
            return new UpdateFailed(offer.Version, "download_fail", "The device keeps this version in error.");
        }
        // A bundle that came file by file has no checksum to compare, and iOS compares all the same.
        if (IsIos && !offer.IsDelta && offer.Checksum.Length > 0 && onDisk.Checksum != offer.Checksum)
        {
            shelf.Discard(onDisk);
            report.Outdated(offer, shelf.Running);
            return new UpdateFailed(offer.Version, "checksum_fail", "The bundle on the device is of another checksum.");
        }
        return Queue(onDisk, shelf);
    }
}
