using System.Text.Json.Serialization;
using Serverless.Devices;

namespace Serverless.Reports;

/// <summary>
/// One event of the plugin's report, as far as the server needs it: who, what, about which version, and when. The rest is skipped unread,
/// whatever its form or size, and so is a field of the wrong form where the event can do without it: newer plugins send what this
/// server does not know, and noise in <c>metadata</c> must not cost the evidence beside it.
/// </summary>
internal sealed record DeviceEvent
{
    [JsonPropertyName("platform")]
    [JsonConverter(typeof(TolerantTextConverter))]
    public string? Platform { get; init; }

    /// <inheritdoc cref="Devices.DeviceInfo.DeviceId"/>
    [JsonPropertyName("device_id")]
    [JsonConverter(typeof(TolerantTextConverter))]
    public string? DeviceId { get; init; }

    /// <summary>Differs within a report when the app switched to another one between two events.</summary>
    [JsonPropertyName("app_id")]
    [JsonConverter(typeof(TolerantTextConverter))]
    public string? AppId { get; init; }

    [JsonPropertyName("action")]
    [JsonConverter(typeof(TolerantTextConverter))]
    public string? Action { get; init; }

    /// <summary>The version that the event is about, where the plugin knows it; with a file as in <c>1.4.1:assets/app.js.br</c> where it is about one.</summary>
    [JsonPropertyName("version_name")]
    [JsonConverter(typeof(TolerantTextConverter))]
    public string? VersionName { get; init; }

    [JsonPropertyName("version_build")]
    [JsonConverter(typeof(TolerantTextConverter))]
    public string? VersionBuild { get; init; }

    [JsonPropertyName("plugin_version")]
    [JsonConverter(typeof(TolerantTextConverter))]
    public string? PluginVersion { get; init; }

    [JsonPropertyName("version_os")]
    [JsonConverter(typeof(TolerantTextConverter))]
    public string? VersionOs { get; init; }

    /// <inheritdoc cref="Devices.DeviceInfo.CustomId"/>
    [JsonPropertyName("custom_id")]
    [JsonConverter(typeof(TolerantTextConverter))]
    public string? CustomId { get; init; }

    [JsonPropertyName("metadata")]
    [JsonConverter(typeof(EventMetadataConverter))]
    public EventMetadata? Metadata { get; init; }

    /// <summary>Unix milliseconds by the device's clock; only events in arrays have it.</summary>
    [JsonPropertyName("timestamp")]
    [JsonConverter(typeof(TolerantTimestampConverter))]
    public long? Timestamp { get; init; }
}
