using System.Text.Json.Serialization;

namespace Serverless.Updates;

/// <summary>One file of an offer. The plugin fails the whole update when any member of any entry is missing.</summary>
/// <param name="FileName">Where the file lies on the device; with <c>.br</c> after it when it travels compressed.</param>
/// <param name="FileHash">SHA-256 of the content as it lies on the device, or the signature over it.</param>
/// <param name="DownloadUrl">A plain GET.</param>
internal sealed record ManifestEntry(
    [property: JsonPropertyName("file_name")] string FileName,
    [property: JsonPropertyName("file_hash")] string FileHash,
    [property: JsonPropertyName("download_url")] string DownloadUrl);
