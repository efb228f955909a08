using Serverless.Devices;
using Serverless.Releases;

namespace Serverless.Statistics;

/// <summary>What a number is counted for.</summary>
/// <param name="Version">A release of the app, <see cref="Builtin"/> or <see cref="Other"/>.</param>
/// <param name="Platform">One of a few, or <see cref="Other"/>.</param>
internal readonly record struct SeriesKey(string Version, string Platform)
{
    /// <summary>What is beyond the room for series: devices say what they like.</summary>
    public const string Other = "other";

    public const string Builtin = BundleVersion.Builtin;

    public SeriesKey WithoutVersion() => this with { Version = Other };

    /// <summary>What the device runs.</summary>
    public static SeriesKey Running(DeviceRequest device) => new(device.IsOnBuiltin ? Builtin : device.VersionName, PlatformOf(device.Platform));

    /// <param name="version">The release that something is about.</param>
    /// <param name="platform">As sent, or as a cell has it.</param>
    public static SeriesKey About(BundleVersion version, string? platform) => new(version.Value, PlatformOf(platform));

    private static string PlatformOf(string? platform) => platform switch
    {
        "android" => "android",
        "ios" => "ios",
        "electron" => "electron",
        _ => Other,
    };
}
