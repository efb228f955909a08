using Serverless.Apps;
using Serverless.SyntheticDevices;

namespace Serverless.Devices;

/// <summary>A device's request after validation, without anything that identifies the device but its pseudonym.</summary>
internal sealed record DeviceRequest
{
    /// <summary>The longest text that a device says about itself.</summary>
    public const int MaxText = 128;

    // A device that comes from another server may run a bundle of any name.
    private const int MaxVersionName = 1024;

    public required AppId App { get; init; }

    public required DevicePseudonym Device { get; init; }

    public required string Platform { get; init; }

    /// <summary>As sent.</summary>
    public required string VersionBuild { get; init; }

    /// <summary>The native version behind <see cref="VersionBuild"/>; null when no number can be read from it.</summary>
    public NativeVersion? Native { get; init; }

    /// <summary>As sent.</summary>
    public required string VersionName { get; init; }

    public required PluginVersion Plugin { get; init; }

    /// <summary>As sent, at any length.</summary>
    public string? VersionOs { get; init; }

    /// <summary>False unless the device says so.</summary>
    public bool IsEmulator { get; init; }

    /// <summary>True unless the device says otherwise.</summary>
    public bool IsProd { get; init; } = true;

    /// <summary>Null when the device names no channel.</summary>
    public string? Channel { get; init; }

    /// <summary>Null when the app carries no key.</summary>
    public string? KeyId { get; init; }

    /// <summary>It is one of the server's own: answered like any other, and neither counted nor remembered.</summary>
    public bool IsSynthetic { get; init; }

    /// <summary>Where it comes from; null for what is not limited by network.</summary>
    public NetworkTag? Network { get; init; }

    /// <summary>True when no bundle of ours runs; newer plugins send the native version for it.</summary>
    public bool IsOnBuiltin => VersionName is "" or Releases.BundleVersion.Builtin || VersionName == VersionBuild;

    /// <summary>The parts of the fleet that the device belongs to; made anew each time.</summary>
    public DeviceCells Cells => DeviceCells.Of(Platform, VersionBuild, $"{Plugin}", VersionOs);

    /// <param name="info">What the device says.</param>
    /// <param name="pepper">The deployment's.</param>
    /// <param name="request">The request, when nothing is wrong with it.</param>
    /// <param name="network">Where it comes from.</param>
    /// <returns>What is wrong with the request, or null.</returns>
    public static RequestFault? Parse(DeviceInfo info, Pepper pepper, out DeviceRequest request, NetworkTag? network = null)
    {
        request = null!;
        if (DeviceIdentity.Parse(info.AppId, info.DeviceId, pepper, out var identity) is { } fault)
        {
            return fault;
        }

        var tooLong = info is { VersionBuild.Length: > MaxText } or { VersionName.Length: > MaxVersionName } or { DefaultChannel.Length: > MaxText }
            or { KeyId.Length: > MaxText } or { Platform.Length: > MaxText };
        if (tooLong || !PluginVersion.TryParse(info.PluginVersion, out var plugin))
        {
            return RequestFault.InvalidBody;
        }

        request = new DeviceRequest
        {
            App = identity.App,
            Device = identity.Device,
            Platform = info.Platform ?? "",
            VersionBuild = info.VersionBuild ?? "",
            VersionName = info.VersionName ?? "",
            Plugin = plugin,
            Native = NativeVersion.TryParse(info.VersionBuild ?? ""),
            IsEmulator = info.IsEmulator ?? false,
            IsProd = info.IsProd ?? true,
            Channel = string.IsNullOrEmpty(info.DefaultChannel) ? null : info.DefaultChannel,
            KeyId = string.IsNullOrEmpty(info.KeyId) ? null : info.KeyId,
            VersionOs = info.VersionOs,
            IsSynthetic = SyntheticDeviceId.IsOne(info.DeviceId!, pepper),
            Network = network,
        };
        return null;
    }
}
