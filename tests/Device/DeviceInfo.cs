using System.Text.Json.Nodes;
using Serverless.Device.Bundles;

namespace Serverless.Device;

/// <summary>The object a device describes itself with, the same in update checks, events and channel calls.</summary>
internal sealed class DeviceInfo(DeviceProfile profile, PluginGeneration generation)
{
    private readonly string? _keyId = profile.PublicKey is { } pem && generation.KeyIdLength > 0
        ? RsaPublicKey.Parse(pem).KeyId(generation.KeyIdLength)
        : null;

    /// <summary>Replaced when the store updates the native app.</summary>
    public DeviceProfile Profile { get; set; } = profile;

    /// <summary>The channel the device keeps for itself, in place of the configured one; null where it keeps none.</summary>
    public string? OwnChannel { get; set; }

    /// <summary>The channel the device asks for.</summary>
    public string DefaultChannel => OwnChannel ?? Profile.DefaultChannel;

    /// <summary>A fresh object that the caller may extend.</summary>
    public JsonObject Describe(string versionName)
    {
        var info = new JsonObject
        {
            ["platform"] = Profile.Platform is DevicePlatform.Ios ? "ios" : "android",
            ["device_id"] = DeviceId,
            ["app_id"] = Profile.AppId,
            ["custom_id"] = Profile.CustomId,
            ["version_build"] = Profile.VersionBuild,
            ["version_code"] = Profile.VersionCode,
            ["version_os"] = Profile.VersionOs,
            ["version_name"] = versionName,
            ["plugin_version"] = Profile.PluginVersion.ToString(3),
            ["is_emulator"] = Profile.IsEmulator,
            ["is_prod"] = Profile.IsProd,
        };
        if (!generation.UsesCrc32)
        {
            info["defaultChannel"] = DefaultChannel;
        }
        if (generation.SendsInstallSource && InstallSource is { } source)
        {
            info["install_source"] = source;
        }
        if (_keyId is not null)
        {
            info["key_id"] = _keyId;
        }
        return info;
    }

    private string DeviceId => generation.CapitalizesDeviceId && Profile.Platform is DevicePlatform.Ios
        ? Profile.DeviceId.ToUpperInvariant()
        : Profile.DeviceId;

    /// <summary>Android says an empty text where iOS leaves the field out.</summary>
    private string? InstallSource => Profile.InstallSource ?? (Profile.Platform is DevicePlatform.Android ? "" : null);
}
