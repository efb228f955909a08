using System.Collections.Concurrent;
using Serverless.Apps;
using Serverless.Devices;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Updates;

namespace Serverless.Statistics;

/// <summary>
/// Counts what devices do, in memory and minute by minute, until <see cref="StatisticsFlush"/> stores it: a crash loses the seconds since.
/// Callers leave out the server's own devices.
/// </summary>
internal sealed class UsageCounts(KnownVersions known, ActiveDeviceCounts devices, RecentOffers offers, TimeProvider time)
{
    private readonly ConcurrentDictionary<DateTimeOffset, ConcurrentDictionary<AppId, AppMinute>> _minutes = new();

    /// <summary>A device checks in.</summary>
    /// <param name="app">The app; one that does not exist is not counted.</param>
    /// <param name="device">The device.</param>
    public void Checked(AppSnapshot app, DeviceRequest device)
    {
        if (!app.Exists)
        {
            return;
        }

        var running = SeriesKey.Running(device);
        Know(app, running.Version);
        Now(device.App).Add(running, Measure.Checks);
        devices.Note(device.App, running, device.Device);
    }

    /// <summary>A check is answered with a release.</summary>
    public void Offered(DeviceRequest device, UpdateDecision.Offer offer)
    {
        Know(device.App, offer.Release.Version.Value);
        Now(device.App).Add(SeriesKey.About(offer.Release.Version, device.Platform), Measure.Offers);
        if (offer.FileList is not null)
        {
            offers.Remember(device.Device, device.IsOnBuiltin ? null : device.VersionName);
        }
    }

    /// <summary>A device reports something for the first time.</summary>
    /// <param name="device">Who.</param>
    /// <param name="action">The plugin's action.</param>
    /// <param name="about">The release, and the device's platform.</param>
    public void Reported(DeviceIdentity device, string action, SeriesKey about)
    {
        if (MeasureOf(action) is not { } measure)
        {
            return;
        }

        var now = Now(device.App);
        now.Add(about, measure);
        if (measure is Measure.FileDownloads)
        {
            now.Add(new Transfer(offers.Find(device.Device), about));
        }
    }

    /// <summary>A device's verdict on a release has changed.</summary>
    public void Judged(AppId app, BundleVersion version, string? platform, Verdict verdict)
    {
        if (verdict is not Verdict.None)
        {
            Now(app).Add(SeriesKey.About(version, platform), verdict is Verdict.Good ? Measure.Good : Measure.Failed);
        }
    }

    /// <summary>What is in memory.</summary>
    public IEnumerable<(DateTimeOffset Minute, AppId App, AppMinute Counted)> All() =>
        _minutes.SelectMany(minute => minute.Value, (minute, app) => (minute.Key, app.Key, app.Value));

    /// <summary>Drops the minutes before one.</summary>
    public void Forget(DateTimeOffset before)
    {
        foreach (var minute in _minutes.Keys.Where(minute => minute < before))
        {
            _minutes.TryRemove(minute, out _);
        }
    }

    // "download_complete" is left out: it comes beside either of the others.
    private static Measure? MeasureOf(string action) => action switch
    {
        "download_zip_start" => Measure.ZipDownloadsStarted,
        "download_zip_complete" => Measure.ZipDownloads,
        "download_manifest_start" => Measure.FileDownloadsStarted,
        "download_manifest_complete" => Measure.FileDownloads,
        "set" => Measure.Installs,
        _ => null,
    };

    private void Know(AppSnapshot app, string version)
    {
        if (!known.Contains(app.App, version) && app.Releases.ContainsKey(version))
        {
            known.Learn(app.App, version);
        }
    }

    private void Know(AppId app, string version)
    {
        if (!known.Contains(app, version))
        {
            known.Learn(app, version);
        }
    }

    private AppMinute Now(AppId app) => _minutes
        .GetOrAdd(TimeStep.Minute.Floor(time.GetUtcNow()), static _ => new())
        .GetOrAdd(app, static (app, known) => new AppMinute(app, known), known);
}
