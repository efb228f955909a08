using System.Text.Json.Serialization;

namespace Serverless.Deltas;

/// <param name="TotalSize">Bytes to transfer for the known files together.</param>
/// <param name="KnownFiles">How many were found in the release.</param>
/// <param name="UnknownFiles">How many were not.</param>
/// <param name="Files">All of them, in the order they were asked for.</param>
internal sealed record DownloadSizeAnswer(
    [property: JsonPropertyName("totalSize")] long TotalSize,
    [property: JsonPropertyName("knownFiles")] int KnownFiles,
    [property: JsonPropertyName("unknownFiles")] int UnknownFiles,
    [property: JsonPropertyName("files")] IReadOnlyList<SizedFile> Files);

/// <summary>A file as it was asked for, with either its size in bytes or an error.</summary>
internal sealed record SizedFile(
    [property: JsonPropertyName("file_name")] string? FileName,
    [property: JsonPropertyName("file_hash")] string? FileHash,
    [property: JsonPropertyName("download_url")] string? DownloadUrl)
{
    public const string Unknown = "size_unknown";

    [JsonPropertyName("size")]
    public long? Size { get; init; }

    [JsonPropertyName("error")]
    public string? Error { get; init; }
}
