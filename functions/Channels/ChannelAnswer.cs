using System.Text.Json.Serialization;

namespace Serverless.Channels;

/// <summary>The answer to a channel call. Refusals are HTTP 200 too: Android hides the body of any other status.</summary>
internal sealed record ChannelAnswer
{
    public const string Ok = "ok";
    public const string Default = "default";
    public const string Override = "override";

    [JsonPropertyName("channel")]
    public string? Channel { get; init; }

    [JsonPropertyName("status")]
    public string? Status { get; init; }

    [JsonPropertyName("allowSet")]
    public bool? AllowSet { get; init; }

    [JsonPropertyName("error")]
    public string? Error { get; init; }

    [JsonPropertyName("message")]
    public string? Message { get; init; }

    public static ChannelAnswer Refuse(string error, string message) => new() { Error = error, Message = message };
}

/// <summary>A channel as the plugin lists it. The id is a whole number: anything else breaks both platforms.</summary>
internal sealed record ListedChannel(
    [property: JsonPropertyName("id")] int Id,
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("public")] bool Public,
    [property: JsonPropertyName("allow_self_set")] bool AllowSelfSet);
