using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Reports;

/// <summary>What an event's <c>metadata</c> says about an error, each cut to its beginning; null where it says nothing.</summary>
internal sealed record EventMetadata(string? Message, string? ErrorType, string? ExitReason);

/// <summary>Reads the three members that are needed from an object, and nothing from anything else.</summary>
internal sealed class EventMetadataConverter : JsonConverter<EventMetadata?>
{
    private const int MaxText = 1024;

    public override EventMetadata? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is not JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }

        var metadata = new EventMetadata(null, null, null);
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var isMessage = reader.ValueTextEquals("message"u8);
            var isErrorType = reader.ValueTextEquals("error_type"u8);
            var isExitReason = reader.ValueTextEquals("exit_reason"u8);
            reader.Read();
            var text = isMessage || isErrorType || isExitReason ? ReadText(ref reader) : null;
            reader.Skip();
            metadata = metadata with
            {
                Message = isMessage ? text : metadata.Message,
                ErrorType = isErrorType ? text : metadata.ErrorType,
                ExitReason = isExitReason ? text : metadata.ExitReason,
            };
        }

        return metadata is (null, null, null) ? null : metadata;
    }

    public override void Write(Utf8JsonWriter writer, EventMetadata? value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Events are read only.");

    private static string? ReadText(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.TokenType is JsonTokenType.String && reader.GetString() is { } text ? text[..Math.Min(text.Length, MaxText)] : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: JSON by its grammar, and no text.
            return null;
        }
    }
}
