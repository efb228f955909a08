using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Reports;

/// <summary>Reads whole milliseconds from a number, which may have decimals, and anything else as if it were not there.</summary>
internal sealed class TolerantTimestampConverter : JsonConverter<long?>
{
    // Up to here a double tells every millisecond from the next.
    private const double Latest = 1L << 53;

    public override long? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is JsonTokenType.Number)
        {
            return reader.TryGetDouble(out var milliseconds) && Math.Abs(milliseconds) <= Latest ? (long)milliseconds : null;
        }

        reader.Skip();
        return null;
    }

    public override void Write(Utf8JsonWriter writer, long? value, JsonSerializerOptions options)
    {
        if (value is { } milliseconds)
        {
            writer.WriteNumberValue(milliseconds);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
