using System.Collections.Concurrent;
using System.Numerics;
using Serverless.Device;
using Serverless.Device.Bundles;

namespace Serverless.Chaos.Devices;

/// <summary>Devices of several kinds, of which each is unlucky with other releases. The same seed makes the same fleet.</summary>
internal sealed class ChaosFleet
{
    // Before 1.0.0, because a bundle named as the native version is never installed over the builtin one.
    private const string NativeVersion = "1.0.0-rc.1";

    private static readonly Version[] Plugins = [DeviceProfile.ReferencePlugin, DeviceProfile.ReferencePlugin, new(8, 41, 12), new(7, 27, 8)];

    // Shorter than an act, so that a device that is kept waiting comes back within it.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(8);

    public ChaosFleet(ChaosOptions options, Balancer servers, string publicKey, Func<string, double> unluckyShare, Violations violations)
    {
        var caches = new ConcurrentDictionary<(DevicePlatform, Version), BundleCache>();
        Devices = [.. Enumerable.Range(0, options.Devices).Select(Create)];

        ChaosDevice Create(int number)
        {
            var random = new Random(HashCode(options.Seed, number));
            var (platform, plugin) = ((DevicePlatform)random.Next(2), Plugins[random.Next(Plugins.Length)]);
            var id = new byte[16];
            random.NextBytes(id);
            var profile = DeviceProfile.For(servers.Address, ChaosRun.App) with
            {
                DeviceId = new Guid(id).ToString(),
                VersionBuild = NativeVersion,
                Platform = platform,
                PluginVersion = plugin,
                PublicKey = random.Next(2) == 0 ? publicKey : null,
                ResponseTimeout = Timeout,
            };
            var cache = caches.GetOrAdd((platform, plugin), _ => new BundleCache());
            return new ChaosDevice(profile, servers.Http, cache, version => IsUnlucky(number, version), random, Counts, violations, TimeProvider.System);
        }

        bool IsUnlucky(int number, string version) =>
            new Random(HashCode(HashCode(options.Seed, number), version.Aggregate(0, HashCode))).NextDouble() < unluckyShare(version);
    }

    public IReadOnlyList<ChaosDevice> Devices { get; }

    /// <summary>What came of their questions and reports.</summary>
    public Tally Counts { get; } = new();

    public Task LiveAsync(TimeSpan turn, CancellationToken cancellation) => Task.WhenAll(Devices.Select(device => Task.Run(() => device.LiveAsync(turn, cancellation), CancellationToken.None)));

    // The runtime's own differs from process to process.
    private static int HashCode(int seed, int number) => unchecked((int)BitOperations.RotateLeft((uint)seed * 0x9E3779B1u, 13) ^ (number * (int)0x85EBCA6Bu));

    private static int HashCode(int seed, char letter) => HashCode(seed, (int)letter);
}
