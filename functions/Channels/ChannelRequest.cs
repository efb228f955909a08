using System.Text.Json.Serialization;
using Serverless.Devices;

namespace Serverless.Channels;

/// <summary>The body of a channel call: the device's fields and, to choose one, the channel's name.</summary>
internal sealed record ChannelRequest : DeviceInfo
{
    [JsonPropertyName("channel")]
    public string? Channel { get; init; }
}
