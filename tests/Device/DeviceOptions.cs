using Serverless.Device.Bundles;

namespace Serverless.Device;

/// <summary>What surrounds a device in a test: its storage, its clock, its failures, and whoever watches.</summary>
public sealed record DeviceOptions
{
    /// <summary>Whether a bundle calls <c>notifyAppReady</c> in time.</summary>
    public Func<InstalledBundle, bool> BecomesReady { get; init; } = AppBehaviour.CallsNotifyAppReady;

    /// <summary>Where bundles are unpacked.</summary>
    public IBundleStorage Storage { get; init; } = new MemoryBundleStorage();

    /// <summary>The web files shipped in the app, by path; a delta update takes from them what it can.</summary>
    public IReadOnlyDictionary<string, byte[]> AppFiles { get; init; } = new Dictionary<string, byte[]>();

    /// <summary>Shared with other devices, or null for a device that downloads everything itself.</summary>
    public BundleCache? Cache { get; init; }

    /// <summary>Breaks every download once, or null for a good connection.</summary>
    public DownloadInterruption? Interruption { get; init; }

    /// <summary>The device's clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Watches the device.</summary>
    public IDeviceObserver Observer { get; init; } = new Unobserved();

    private sealed class Unobserved : IDeviceObserver;
}
