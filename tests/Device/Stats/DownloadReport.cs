using System.Globalization;
using Serverless.Device.Answers;
using Serverless.Device.Bundles;

namespace Serverless.Device.Stats;

/// <summary>
/// The events around a download. Which version each one names differs by platform, and servers have to live with it.
/// </summary>
internal sealed class DownloadReport(EventQueue events, DevicePlatform platform, PluginGeneration generation)
{
    private int _tens;

    private bool IsAndroid => platform is DevicePlatform.Android;

    public void Started(Offer offer)
    {
        _tens = 0;
        events.Add(offer.IsDelta ? "download_manifest_start" : "download_zip_start", offer.Version, fromWorker: IsAndroid);
        if (!IsAndroid)
        {
            events.Add("download_0", offer.Version);
        }
    }

    /// <param name="offer">What is downloaded.</param>
    /// <param name="percent">How much of it has come; only each new ten is reported.</param>
    public void Progressed(Offer offer, int percent)
    {
        if (percent < 100 && percent / 10 > _tens)
        {
            _tens = percent / 10;
            events.Add(string.Create(CultureInfo.InvariantCulture, $"download_{_tens * 10}"), offer.Version);
        }
    }

    public void Completed(Offer offer)
    {
        events.Add(offer.IsDelta ? "download_manifest_complete" : "download_zip_complete", offer.Version, fromWorker: IsAndroid);
        events.Add("download_complete", offer.Version);
    }

    /// <summary>The offer was turned down before anything was downloaded.</summary>
    public void Refused(string action, Offer offer, InstalledBundle running)
    {
        events.Add(action, IsAndroid ? running.Version : offer.Version);
        if (!IsAndroid)
        {
            events.Add("download_fail", running.Version);
        }
    }

    /// <summary>A bundle of this name lies on the device, of another checksum than is offered now.</summary>
    public void Outdated(Offer offer, InstalledBundle running)
    {
        events.Add("checksum_fail", offer.Version);
        events.Add("delete", offer.Version);
        events.Add("download_fail", running.Version);
    }

    public void Failed(BundleFailedException failure, Offer offer, InstalledBundle running)
    {
        if (offer.IsDelta)
        {
            foreach (var file in failure.Files)
            {
                Failed(file, offer);
            }
        }
        if (offer.IsDelta || failure.Action is "download_fail")
        {
            // Android's failed worker does not hand the version back.
            events.Add("download_fail", IsAndroid ? null : running.Version);
            return;
        }

        events.Add("download_zip_complete", offer.Version, fromWorker: IsAndroid);
        // Neither platform has an event for a zip that does not decrypt; only manifests do.
        if (failure.Action is not "decrypt_fail")
        {
            events.Add(failure.Action, failure.Action is "checksum_fail" && !IsAndroid ? offer.Version : running.Version);
        }
        events.Add("download_fail", running.Version);
        if (IsAndroid)
        {
            events.Add("finish_download_fail", offer.Version);
        }
    }

    private void Failed(FileFailure file, Offer offer)
    {
        if (file.Action is "decrypt_fail" && !IsAndroid)
        {
            events.Add(file.Action, offer.Version);
            return;
        }
        if (file.Action is "manifest_path_fail" && !generation.ReportsManifestPaths)
        {
            return;
        }

        var action = file.Action is "decrypt_fail" ? "download_manifest_file_fail" : file.Action;
        var name = $"{offer.Version}:{file.FileName}";
        events.Add(action, name, fromWorker: IsAndroid);
        if (IsAndroid && action is "download_manifest_file_fail")
        {
            // The worker reports it where it happens, and once more where it gives up.
            events.Add(action, name, fromWorker: true);
        }
    }
}
