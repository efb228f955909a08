using System.Text.Json;
using System.Text.Json.Serialization;

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
