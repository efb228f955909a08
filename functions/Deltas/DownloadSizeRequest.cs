using System.Text.Json.Serialization;
using Serverless.Devices;

namespace Serverless.Deltas;

/// <summary>What an app asks when it wants to know how much is left to download: the device, and the files that it lacks as it was offered them.</summary>
internal sealed record DownloadSizeRequest : DeviceInfo
{
    /// <summary>The version offered; may be empty.</summary>
    [JsonPropertyName("version")]
    public string? Version { get; init; }

    [JsonPropertyName("manifest")]
    public IReadOnlyList<MissingFile?>? Manifest { get; init; }
}

/// <summary>One file that the device lacks. Nothing in it is believed or fetched: it is looked up and sent back.</summary>
internal sealed record MissingFile(
    [property: JsonPropertyName("file_name")] string? FileName,
    [property: JsonPropertyName("file_hash")] string? FileHash,
    [property: JsonPropertyName("download_url")] string? DownloadUrl);
