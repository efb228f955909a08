using Serverless.Device;
using Serverless.Device.Answers;
using Serverless.Device.Bundles;
using Serverless.Device.Channels;
using Serverless.Device.Manifests;
using Serverless.Device.Stats;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;

namespace Serverless.Tests.EndToEnd.Deltas;

/// <summary>A device of the app with many files: its traffic, and what it reported. Every report of it has to reach the server.</summary>
internal sealed class DeltaDevice : IDeviceObserver
{
    private readonly PluginDevice _device;
    private readonly List<string> _reports = [];

    /// <param name="profile">What it is.</param>
    /// <param name="network">Shared with other devices.</param>
    /// <param name="shipped">The version whose files are in its app; null for an app that has none of them.</param>
    public DeltaDevice(DeviceProfile profile, HttpMessageHandler network, string? shipped)
    {
        Wire = new Wire(network);
        var options = new DeviceOptions { Observer = this };
        _device = new PluginDevice(
            profile,
            new HttpClient(Wire, disposeHandler: false),
            shipped is null ? options : options with { AppFiles = AssortedBundle.Of(shipped).Files });
    }

    public Wire Wire { get; }

    /// <summary>The version that runs, <c>builtin</c> for the one shipped in the app.</summary>
    public string Running => _device.Running.IsBuiltin ? "builtin" : _device.Running.Version;

    /// <summary>What it reported of something that went wrong: <c>checksum_fail 1.2.0</c>.</summary>
    public IEnumerable<string> Failures => _reports.Where(report => Action(report).EndsWith("_fail", StringComparison.Ordinal));

    /// <summary>What it reported of finished downloads and of versions it started: <c>set 1.2.0</c>.</summary>
    public IEnumerable<string> Installations => _reports.Where(report => Action(report) is "download_manifest_complete" or "download_zip_complete" or "set");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public Task<UpdateAnswer> CheckAsync() => _device.CheckAsync(Cancellation);

    public Task<UpdateOutcome> OpenAsync() => _device.ForegroundAsync(Cancellation);

    public Task<BundleSize> AskForSizeAsync(Offer offer) => _device.GetBundleSizeAsync(offer, Cancellation);

    public async Task FollowAsync(string channel) => Assert.IsType<ChannelChanged>(await _device.Channels.SetAsync(channel, Cancellation));

    /// <summary>Installs what the server offers, and starts it.</summary>
    public async Task<Traffic> UpdateAsync()
    {
        Wire.Take();
        var queued = Require<UpdateQueued>(await OpenAsync());
        var traffic = Wire.Take();
        Assert.True(await _device.BackgroundAsync(Cancellation));
        Assert.Equal(LaunchOutcome.Ready, await _device.LaunchAsync(Cancellation));

        Assert.Equal(queued.BytesDownloaded, traffic.FileBytes + traffic.ZipBytes);
        return traffic;
    }

    /// <summary>Is offered a version that it does not install.</summary>
    /// <returns>The event that tells why.</returns>
    public async Task<string> FailAsync()
    {
        Wire.Take();
        var failed = Require<UpdateFailed>(await OpenAsync());
        Assert.False(await _device.BackgroundAsync(Cancellation));
        return failed.Action;
    }

    /// <summary>Waits until a failed file has reached the server, which then offers the zip; frees iOS of the version it keeps in error.</summary>
    public async Task WaitForZipAsync()
    {
        await Eventually.True(
            async () => await _device.GetLatestAsync(channel: null, Cancellation) is Offer { Manifest: [] }, $"{_device.Profile} should have been offered the zip.");
        if (_device.Profile.Platform is DevicePlatform.Ios)
        {
            Assert.Equal("download_fail", await FailAsync());
            await _device.UpdateNativeAppAsync("1.0.0-rc.2", "2", Cancellation);
        }
    }

    /// <summary>Waits until a failure has reached the server, which then keeps the release from this device.</summary>
    public Task WaitForRefusalAsync() => Eventually.True(
        async () => await _device.GetLatestAsync(channel: null, Cancellation) is Refusal { Kind: RefusalKind.Blocked, Error: "release_failed_on_device" },
        $"{_device.Profile} should have been spared the release that failed on it.");

    /// <summary>Requires that exactly these files lie on it, byte by byte.</summary>
    public void RequireFiles(IEnumerable<KeyValuePair<string, byte[]>> files)
    {
        var expected = files.ToDictionary(StringComparer.Ordinal);
        var folder = _device.Running.Folder!;
        Assert.Equal("", _device.Running.Root);
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), folder.Paths.Order(StringComparer.Ordinal));
        Assert.All(expected, file => Assert.True(file.Value.AsSpan().SequenceEqual(Read(folder, file.Key)), $"{file.Key} has another content."));
    }

    void IDeviceObserver.Reported(DeviceEvent happened) => _reports.Add($"{happened.Action} {happened.VersionName}");

    void IDeviceObserver.Undelivered(IReadOnlyList<DeviceEvent> events, int? status) =>
        Assert.Fail($"The server answered {status} to {string.Join(", ", events.Select(happened => happened.Action))}.");

    private static T Require<T>(UpdateOutcome outcome)
        where T : UpdateOutcome
    {
        // In full, for it names the refusal or the failure.
        Assert.True(outcome is T, $"{typeof(T).Name} was expected: {outcome}");
        return (T)outcome;
    }

    private static string Action(string report) => report.Split(' ')[0];

    private static byte[] Read(IBundleFolder folder, string path)
    {
        using var bytes = new MemoryStream();
        using var file = folder.Open(path);
        file.CopyTo(bytes);
        return bytes.ToArray();
    }
}
