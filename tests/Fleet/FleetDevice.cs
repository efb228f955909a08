using System.Collections.Concurrent;
using Serverless.Device;
using Serverless.Device.Answers;
using Serverless.Device.Bundles;
using Serverless.Device.Stats;

namespace Serverless.Fleet;

/// <summary>One device of the fleet, and what has become of it.</summary>
internal sealed class FleetDevice : IDeviceObserver
{
    private readonly PluginDevice _device;
    private readonly Latencies _latencies;
    private readonly ConcurrentDictionary<string, int> _offers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _downloads = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _sizes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _checkedInWith = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _readiness = new(StringComparer.Ordinal);

    public FleetDevice(DeviceProfile profile, HttpClient http, BundleCache? cache, Func<InstalledBundle, bool> becomesReady, Latencies latencies)
    {
        _latencies = latencies;
        _device = new PluginDevice(profile, http, new DeviceOptions { Cache = cache, BecomesReady = becomesReady, Observer = this });
    }

    public DevicePlatform Platform => _device.Profile.Platform;

    public string DeviceId => _device.Profile.DeviceId;

    /// <summary>The version that runs, <c>builtin</c> for the one shipped in the app.</summary>
    public string Version => _device.Running.IsBuiltin ? "builtin" : _device.Running.Version;

    /// <summary>Versions that this device was offered after it had failed on them.</summary>
    public IEnumerable<string> OfferedAgain => _offers.Where(offer => offer.Value > 1 && HasFailedOn(offer.Key)).Select(offer => offer.Key);

    /// <summary>How many downloads of each version ended, as it reported them.</summary>
    public IReadOnlyDictionary<string, int> Downloads => _downloads;

    /// <summary>How many bytes came when it downloaded each version for the first time. Later on it has files of it left.</summary>
    public IReadOnlyDictionary<string, long> Sizes => _sizes;

    /// <summary>The versions that it ran when it checked in.</summary>
    public ICollection<string> CheckedInWith => _checkedInWith.Keys;

    /// <summary>For each version that it has tried whether it works.</summary>
    public IReadOnlyDictionary<string, bool> Readiness => _readiness;

    public int Offers(string version) => _offers.GetValueOrDefault(version);

    public bool HasRun(string version) => _readiness.ContainsKey(version);

    public bool HasFailedOn(string version) => _readiness.TryGetValue(version, out var ready) && !ready;

    public Task<UpdateAnswer> CheckAsync(CancellationToken cancellationToken) => _device.CheckAsync(cancellationToken);

    /// <summary>The user opens the app, leaves it, and opens it again if that brought a new version.</summary>
    public async Task<TurnOutcome> TakeTurnAsync(CancellationToken cancellationToken)
    {
        switch (await _device.ForegroundAsync(cancellationToken))
        {
            case UpdateFailed failed:
                return new TurnOutcome(failed.Version, $"{failed.Action}: {failed.Reason}");
            case UpdateQueued { BytesDownloaded: > 0 } downloaded:
                _sizes.TryAdd(downloaded.Bundle.Version, downloaded.BytesDownloaded);
                break;
            case UpdateQueued:
                break;
            default:
                return TurnOutcome.Nothing;
        }
        await _device.BackgroundAsync(cancellationToken);
        var version = _device.Running.Version;
        _readiness[version] = await _device.LaunchAsync(cancellationToken) is LaunchOutcome.Ready;
        return new TurnOutcome(version, Refused: null);
    }

    void IDeviceObserver.Answered(UpdateAnswer answer, TimeSpan elapsed)
    {
        _latencies.Record(elapsed);
        _checkedInWith[Version] = true;
        if (answer is Offer offer)
        {
            _offers.AddOrUpdate(offer.Version, 1, (_, count) => count + 1);
        }
    }

    void IDeviceObserver.Reported(DeviceEvent happened)
    {
        if (happened.Action is "download_zip_complete" or "download_manifest_complete")
        {
            _downloads.AddOrUpdate(happened.VersionName!, 1, (_, count) => count + 1);
        }
    }
}

/// <summary>What a turn brought.</summary>
/// <param name="Version">The version the device went to, tried, or refused; null when the server had nothing.</param>
/// <param name="Refused">Why the device did not install it, or null.</param>
internal readonly record struct TurnOutcome(string? Version, string? Refused)
{
    public static TurnOutcome Nothing => default;
}
