using System.Text.Json;
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
    [JsonConverter(typeof(MissingFilesConverter))]
    public IReadOnlyList<MissingFile?>? Manifest { get; init; }
}

/// <summary>One file that the device lacks. Nothing in it is believed or fetched: it is looked up and sent back.</summary>
internal sealed record MissingFile(
    [property: JsonPropertyName("file_name")] string? FileName,
    [property: JsonPropertyName("file_hash")] string? FileHash,
    [property: JsonPropertyName("download_url")] string? DownloadUrl);

/// <summary>Stops reading at more files than any release has: three bytes a file would otherwise become a hundred in memory.</summary>
internal sealed class MissingFilesConverter : JsonConverter<IReadOnlyList<MissingFile?>>
{
    public const int MaxFiles = 20_000;

    public override IReadOnlyList<MissingFile?> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is not JsonTokenType.StartArray)
        {
            throw new JsonException();
        }

        var files = new List<MissingFile?>();
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            if (files.Count == MaxFiles)
            {
                throw new JsonException();
            }

            files.Add(JsonSerializer.Deserialize(ref reader, WireJson.Default.MissingFile));
        }

        return files;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<MissingFile?> value, JsonSerializerOptions options) =>
        throw new NotSupportedException();
}
