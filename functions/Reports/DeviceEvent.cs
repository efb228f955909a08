using System.Text.Json.Serialization;
using Serverless.Devices;

namespace Serverless.Reports;

/// <summary>One event of the plugin's report: the device's fields, what happened, and the version it happened to.</summary>
internal sealed record DeviceEvent : DeviceInfo
{
    [JsonPropertyName("action")]
    public string? Action { get; init; }
}
