using System.Collections.Concurrent;
using Serverless.Device;
using Serverless.Device.Bundles;

namespace Serverless.Fleet;

/// <summary>Many devices of one app in one process. The same seed makes the same fleet.</summary>
internal sealed class DeviceFleet
{
    /// <summary>Before 1.0.0, because a bundle named as the native version is never installed over the builtin one; of its major, for policies.</summary>
    private const string NativeVersion = "1.0.0-rc.1";

    private static readonly Version[] OlderPlugins = [new(8, 41, 12), new(7, 27, 8), new(10, 0, 0)];

    private readonly FleetOptions _options;
    private readonly HttpClient _http;
    private readonly Random _random;
    private readonly ConcurrentDictionary<(DevicePlatform, Version), BundleCache> _caches = new();

    public DeviceFleet(FleetOptions options, HttpClient http, string badVersion)
    {
        _options = options;
        _http = http;
        _random = new Random(options.Seed);
        BadVersion = badVersion;
        Devices = [.. Enumerable.Range(0, options.Devices).Select(_ => Create(_random.NextDouble() < options.BadShare))];
    }

    /// <summary>The version that does not become ready on the unlucky devices.</summary>
    public string BadVersion { get; }

    public IReadOnlyList<FleetDevice> Devices { get; }

    /// <summary>How long the server took to answer checks.</summary>
    public Latencies Latencies { get; } = new();

    /// <summary>What the server answered to harm devices, and what devices refused to install.</summary>
    public ConcurrentQueue<string> Complaints { get; } = [];

    /// <summary>When devices had their turns, and what each brought.</summary>
    public ConcurrentQueue<FleetTurn> Turns { get; } = [];

    /// <summary>How many devices run each version.</summary>
    public IReadOnlyDictionary<string, int> Census =>
        Devices.CountBy(device => device.Version).OrderBy(pair => pair.Key, StringComparer.Ordinal).ToDictionary();

    /// <summary>A device that watches what is offered and never installs it.</summary>
    public FleetDevice CreateProbe() => Create(unlucky: false);

    /// <summary>Lets every device take one turn, in random order.</summary>
    /// <param name="spread">Over what time they arrive.</param>
    /// <param name="afterTurn">Called after each turn that brought a device to a version.</param>
    /// <param name="cancellationToken">Ends the round early.</param>
    public Task RoundAsync(TimeSpan spread, Action<FleetDevice> afterTurn, CancellationToken cancellationToken)
    {
        var order = Devices.ToArray();
        _random.Shuffle(order);
        var start = TimeProvider.System.GetTimestamp();
        var limits = new ParallelOptions { MaxDegreeOfParallelism = _options.Connections, CancellationToken = cancellationToken };
        return Parallel.ForEachAsync(order.Index(), limits, async (arrival, ct) =>
        {
            var wait = (spread * arrival.Index / order.Length) - TimeProvider.System.GetElapsedTime(start);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, ct);
            }
            await TakeTurnAsync(arrival.Item, afterTurn, ct);
        });
    }

    private async Task TakeTurnAsync(FleetDevice device, Action<FleetDevice> afterTurn, CancellationToken cancellationToken)
    {
        var (from, before) = (DateTimeOffset.UtcNow, device.Downloads.Values.Sum());
        try
        {
            var outcome = await device.TakeTurnAsync(cancellationToken);
            Turns.Enqueue(new FleetTurn(from, DateTimeOffset.UtcNow, device.Downloads.Values.Sum() - before));
            if (outcome.Refused is { } reason)
            {
                Complaints.Enqueue($"a device could not install {outcome.Version}: {reason}");
            }
            else if (outcome.Version is not null)
            {
                afterTurn(device);
            }
        }
        catch (HarmfulAnswerException e)
        {
            Complaints.Enqueue($"a harmful answer: {e.Message}");
        }
    }

    private FleetDevice Create(bool unlucky)
    {
        var platform = _options.Platform switch
        {
            PlatformMix.Android => DevicePlatform.Android,
            PlatformMix.Ios => DevicePlatform.Ios,
            _ => (DevicePlatform)_random.Next(2),
        };
        var plugin = _options.OlderPlugins && _random.Next(3) == 0 ? OlderPlugins[_random.Next(OlderPlugins.Length)] : DeviceProfile.ReferencePlugin;
        var isBadHere = _options.BadPlatform is PlatformMix.Mix || (_options.BadPlatform is PlatformMix.Ios) == (platform is DevicePlatform.Ios);
        var profile = DeviceProfile.For(_options.Server, _options.App) with
        {
            DeviceId = NextUuid(),
            VersionBuild = NativeVersion,
            Platform = platform,
            PluginVersion = plugin,
            PublicKey = _options.PublicKey,
        };
        return new FleetDevice(profile, _http, _options.SharesDownloads ? _caches.GetOrAdd((platform, plugin), _ => new BundleCache()) : null, BecomesReady, Latencies);

        bool BecomesReady(InstalledBundle bundle) => !(unlucky && isBadHere && bundle.Version == BadVersion) && AppBehaviour.CallsNotifyAppReady(bundle);
    }

    private string NextUuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        _random.NextBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }
}

/// <summary>A turn of a device: one check, and what followed from it.</summary>
/// <param name="From">Before anything of it was sent.</param>
/// <param name="To">When all of it had been answered.</param>
/// <param name="Downloads">How many ended in it.</param>
internal readonly record struct FleetTurn(DateTimeOffset From, DateTimeOffset To, int Downloads);
