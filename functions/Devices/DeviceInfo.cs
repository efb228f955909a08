using System.Text.Json.Serialization;

namespace Serverless.Devices;

/// <summary>
/// What the plugin says about itself in every call but a report, as far as the server needs it. Other fields are ignored: new ones appear
/// every few releases. Its properties can be set, because what can only be initialised is collected in boxes before an object is made, which took a quarter more time.
/// </summary>
internal record DeviceInfo
{
    [JsonPropertyName("platform")]
    public string? Platform { get; set; }

    /// <summary>A UUID in either case. Never stored or logged; <see cref="DevicePseudonym"/> stands for it.</summary>
    [JsonPropertyName("device_id")]
    public string? DeviceId { get; set; }

    [JsonPropertyName("app_id")]
    public string? AppId { get; set; }

    /// <summary>Version of the store binary, such as <c>1.4.0</c> or <c>1.4</c>.</summary>
    [JsonPropertyName("version_build")]
    public string? VersionBuild { get; set; }

    /// <summary>The bundle that runs.</summary>
    [JsonPropertyName("version_name")]
    public string? VersionName { get; set; }

    [JsonPropertyName("plugin_version")]
    public string? PluginVersion { get; set; }

    /// <summary>Of the operating system, such as <c>14</c>. Says no more than a cell, so nothing is refused for it.</summary>
    [JsonPropertyName("version_os")]
    [JsonConverter(typeof(TolerantTextConverter))]
    public string? VersionOs { get; set; }

    /// <summary>What the app called itself with <c>setCustomId()</c>: a ticket, or anything. Never stored or logged.</summary>
    [JsonPropertyName("custom_id")]
    [JsonConverter(typeof(TolerantTextConverter))]
    public string? CustomId { get; set; }

    [JsonPropertyName("is_emulator")]
    public bool? IsEmulator { get; set; }

    [JsonPropertyName("is_prod")]
    public bool? IsProd { get; set; }

    /// <summary>The channel the device follows by name; empty for none.</summary>
    [JsonPropertyName("defaultChannel")]
    public string? DefaultChannel { get; set; }

    /// <summary>First 20 characters of the app's public key; absent when the app has none.</summary>
    [JsonPropertyName("key_id")]
    public string? KeyId { get; set; }
}
