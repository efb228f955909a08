using System.Globalization;
using Serverless.Device.Answers;
using Serverless.Device.Bundles;

namespace Serverless.Device.Stats;

/// <summary>
/// The events around a download. Which version each one names differs by platform, and servers have to live with it.
/// </summary>
internal sealed class DownloadReport(EventQueue events, DevicePlatform platform)
{
    private int _tens;

    private bool IsAndroid => platform is DevicePlatform.Android;

    public void Started(Offer offer)
    {
        _tens = 0;
        events.Add("download_zip_start", offer.Version, fromWorker: IsAndroid);
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
        events.Add("download_zip_complete", offer.Version, fromWorker: IsAndroid);
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

    public void Failed(string action, Offer offer, InstalledBundle running)
    {
        if (action is "download_fail")
        {
            // Android's failed worker does not hand the version back.
            events.Add(action, IsAndroid ? null : running.Version);
            return;
        }

        events.Add("download_zip_complete", offer.Version, fromWorker: IsAndroid);
        // Neither platform has an event for a zip that does not decrypt; only manifests do.
        if (action is not "decrypt_fail")
        {
            events.Add(action, action is "checksum_fail" && !IsAndroid ? offer.Version : running.Version);
        }
        events.Add("download_fail", running.Version);
        if (IsAndroid)
        {
            events.Add("finish_download_fail", offer.Version);
        }
    }
}
