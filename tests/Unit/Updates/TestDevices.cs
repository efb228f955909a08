using Serverless.Devices;

namespace Serverless.Tests.Unit.Updates;

/// <summary>Devices as they ask: plugin 8.51.23 on Android, running 1.4.0, unless a test says otherwise.</summary>
internal static class TestDevices
{
    public static readonly DeviceRequest Current = new()
    {
        App = Words.App("com.example.app"),
        Device = Words.Device(1),
        Platform = "android",
        VersionBuild = "1.0.0",
        Native = NativeVersion.TryParse("1.0.0"),
        VersionName = "1.4.0",
        Plugin = Words.Plugin("8.51.23"),
    };

    /// <param name="build">As a device sends it in <c>version_build</c>.</param>
    public static DeviceRequest OnNative(this DeviceRequest device, string build) =>
        device with { VersionBuild = build, Native = NativeVersion.TryParse(build) };
}
