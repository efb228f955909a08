using Semver;
using Serverless.Apps;
using Serverless.Channels;
using Serverless.Devices;
using Serverless.Releases;
using Serverless.Signing;

namespace Serverless.SyntheticDevices;

/// <summary>What a synthetic device says about itself, chosen so that its channel serves it and the release fits its native build.</summary>
internal sealed record SyntheticProfile
{
    /// <summary>Runs no bundle of any release, so that nobody takes it for a device that does.</summary>
    public const string Running = "synthetic";

    private static readonly string[] Platforms = ["android", "ios", "electron"];

    public required AppId App { get; init; }

    public required ChannelName Channel { get; init; }

    public required PluginGeneration Generation { get; init; }

    public required string Platform { get; init; }

    public required string VersionBuild { get; init; }

    public required string VersionOs { get; init; }

    public required bool IsProd { get; init; }

    public required bool IsEmulator { get; init; }

    /// <summary>The public key in the app; null when it has none.</summary>
    public SigningPublicKey? Key { get; init; }

    /// <param name="app">The app.</param>
    /// <param name="channel">The channel to follow.</param>
    /// <param name="target">What it is to be offered; null is the bundle inside the app.</param>
    /// <param name="generation">Its plugin.</param>
    /// <param name="cell">The part of the fleet it is to be of; null is any.</param>
    /// <returns>Null when the channel serves nobody who names it.</returns>
    public static SyntheticProfile? For(AppId app, Channel channel, Release? target, PluginGeneration generation, Cell? cell = null)
    {
        var policy = channel.Policy;
        var (platform, os) = cell switch
        {
            { Kind: CellKind.Platform, Value: var value } => (value, "14"),
            { Kind: CellKind.OsMajor, Value: var value } when value.Split('-', 2) is [var name, var major] => (name, major),
            _ => (Platforms.FirstOrDefault(policy.Serves, ""), "14"),
        };
        var isServed = (channel.Public || channel.AllowSelfSet) && policy.Serves(platform) && (policy.Prod || policy.Dev) && (policy.Device || policy.Emulator);
        return !isServed ? null : new SyntheticProfile
        {
            App = app,
            Channel = channel.Name,
            Generation = cell is { Kind: CellKind.PluginGeneration, Value: var plugin } ? generation with { Plugin = $"{plugin}.0" } : generation,
            Platform = platform,
            VersionOs = os,
            VersionBuild = cell is { Kind: CellKind.NativeBuild, Value: var build } ? build : NativeFor(target),
            IsProd = policy.Prod,
            IsEmulator = !policy.Device,
        };
    }

    public DeviceInfo ToInfo(string deviceId) => new()
    {
        Platform = Platform,
        DeviceId = deviceId,
        AppId = App.Value,
        VersionBuild = VersionBuild,
        VersionName = Running,
        PluginVersion = Generation.Plugin,
        IsEmulator = IsEmulator,
        IsProd = IsProd,
        DefaultChannel = Channel.Value,
        KeyId = Key?.KeyId,
    };

    // Just below the release, so that every policy lets it in and no plugin takes the release for the bundle inside the app.
    private static string NativeFor(Release? target)
    {
        if (target is null)
        {
            return "1.0.0";
        }

        var number = target.Version.Number;
        var below = new SemVersion(number.Major, number.Minor, number.Patch, [new PrereleaseIdentifier(0)]);
        return target.Notes.MinNative is { } lowest && NativeVersion.TryParse(lowest) is { } needed && needed.CompareTo(below) > 0 ? lowest : below.ToString();
    }
}
