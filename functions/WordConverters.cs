using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Channels;
using Serverless.Releases;

namespace Serverless;

/// <summary>Writes one of the product's value types as its text, and refuses text that is not one.</summary>
internal abstract class WordConverter<T> : JsonConverter<T>
    where T : struct
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.String && TryParse(reader.GetString(), out var word)
            ? word
            : throw new JsonException($"Expected a {typeof(T).Name}.");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());

    protected abstract bool TryParse(string? text, out T word);
}

internal sealed class BundleVersionConverter : WordConverter<BundleVersion>
{
    protected override bool TryParse(string? text, out BundleVersion word) => BundleVersion.TryParse(text, out word);
}

internal sealed class Sha256DigestConverter : WordConverter<Sha256Digest>
{
    protected override bool TryParse(string? text, out Sha256Digest word) => Sha256Digest.TryParse(text, out word);
}

internal sealed class ChannelNameConverter : WordConverter<ChannelName>
{
    protected override bool TryParse(string? text, out ChannelName word) => ChannelName.TryParse(text, out word);
}
