using System.Text.Json;
using System.Text.Json.Serialization;
using Azure;

namespace Serverless.Hosts.Standalone.Blobs;

/// <summary>One version of a blob, as the scanner tells the listener by a queue message.</summary>
/// <param name="Container">Of the drop zone.</param>
/// <param name="Name">Of the blob, as it is.</param>
/// <param name="ETag">Without quotes: listings and properties disagree about them.</param>
internal sealed record BlobNotice(string Container, string Name, [property: JsonPropertyName("etag")] string ETag)
{
    /// <summary>The trace of the upload.</summary>
    public string? Traceparent { get; init; }

    public static BlobNotice Of(string container, string name, ETag etag) => new(container, name, Unquoted(etag));

    /// <exception cref="JsonException">Not a notice.</exception>
    public static BlobNotice Parse(BinaryData message) =>
        JsonSerializer.Deserialize(message, BlobNoticeJson.Default.BlobNotice) ?? throw new JsonException("The message is null.");

    public BinaryData ToMessage() => new(JsonSerializer.SerializeToUtf8Bytes(this, BlobNoticeJson.Default.BlobNotice));

    public bool IsOf(ETag etag) => ETag == Unquoted(etag);

    private static string Unquoted(ETag etag) => etag.ToString().Trim('"');
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BlobNotice))]
internal sealed partial class BlobNoticeJson : JsonSerializerContext;
