using System.Text.Json.Serialization;

namespace Serverless.Updates;

/// <summary>
/// The answer to an update check, as plugins of every generation read it. Never holds a JSON null: Android tests whether a property is there,
/// not what it is. An offer never has a message, and a refusal always has error, message and kind.
/// </summary>
internal sealed record UpdateAnswer
{
    public const string KindUpToDate = "up_to_date";
    public const string KindBlocked = "blocked";

    /// <summary>Makes plugins report <c>download_fail</c>: for what somebody has to set right.</summary>
    public const string KindFailed = "failed";

    [JsonPropertyName("error")]
    public string? Error { get; init; }

    [JsonPropertyName("message")]
    public string? Message { get; init; }

    /// <summary>Without it a plugin since 8.45.11 reports <c>download_fail</c> at every check.</summary>
    [JsonPropertyName("kind")]
    public string? Kind { get; init; }

    [JsonPropertyName("version")]
    public string? Version { get; init; }

    [JsonPropertyName("old")]
    public string? Old { get; init; }

    /// <summary>True on a refusal that only an update from the store can lift.</summary>
    [JsonPropertyName("major")]
    public bool? Major { get; init; }

    [JsonPropertyName("url")]
    public string? Url { get; init; }

    /// <summary>Empty for a plain zip.</summary>
    [JsonPropertyName("session_key")]
    public string? SessionKey { get; init; }

    [JsonPropertyName("checksum")]
    public string? Checksum { get; init; }

    /// <summary>Every file of the release, never some of them; absent rather than empty, which plugins take for a bundle of nothing.</summary>
    [JsonPropertyName("manifest")]
    public IReadOnlyList<ManifestEntry>? Manifest { get; init; }

    [JsonPropertyName("link")]
    public string? Link { get; init; }

    [JsonPropertyName("comment")]
    public string? Comment { get; init; }
}
