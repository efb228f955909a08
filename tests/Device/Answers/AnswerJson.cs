using System.Text.Json;

namespace Serverless.Device.Answers;

/// <summary>Typed reads of an answer's fields, refusing what a device cannot read.</summary>
internal static class AnswerJson
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>The answer's object, free of nulls.</summary>
    /// <exception cref="HarmfulAnswerException">It is none.</exception>
    public static JsonElement ParseObject(HttpAnswer answer)
    {
        var root = Parse(answer);
        return root.ValueKind is JsonValueKind.Object
            ? root
            : throw new HarmfulAnswerException($"The answer is not an object but {root.ValueKind}.");
    }

    /// <summary>The answer's JSON, free of nulls.</summary>
    /// <exception cref="HarmfulAnswerException">There is none that a device can read.</exception>
    public static JsonElement Parse(HttpAnswer answer)
    {
        if (answer.Body.Length == 0)
        {
            throw new HarmfulAnswerException($"HTTP {answer.Status} with an empty body is a failure on both platforms.");
        }
        if (!answer.IsJson)
        {
            throw new HarmfulAnswerException($"The content type is '{answer.MediaType}', not application/json.");
        }
        try
        {
            using var document = JsonDocument.Parse(answer.Body, Strict);
            RefuseNulls(document.RootElement, "$");
            return document.RootElement.Clone();
        }
        // Half a surrogate pair is JSON by its grammar, and no text.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new HarmfulAnswerException($"The answer is not JSON: {e.Message}");
        }
    }

    /// <summary>A text field, or null where it is absent.</summary>
    public static string? Text(this JsonElement json, string name) =>
        json.Field(name, JsonValueKind.String) is { } value ? value.GetString() : null;

    /// <summary>A field of the expected type, or null where it is absent.</summary>
    public static JsonElement? Field(this JsonElement json, string name, JsonValueKind kind)
    {
        if (!json.TryGetProperty(name, out var value))
        {
            return null;
        }
        return value.ValueKind == kind
            ? value
            : throw new HarmfulAnswerException($"'{name}' is {value.ValueKind}, not {kind}: iOS drops the whole answer.");
    }

    /// <summary>A flag, or null where it is absent.</summary>
    public static bool? Flag(this JsonElement json, string name) =>
        !json.TryGetProperty(name, out var value) ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw new HarmfulAnswerException($"'{name}' is {value.ValueKind}, not a boolean: iOS drops the whole answer.");

    /// <summary>A whole number, or null where it is absent.</summary>
    public static long? Integer(this JsonElement json, string name) =>
        json.Field(name, JsonValueKind.Number) is not { } value ? null
        : value.TryGetInt64(out var number) ? number
        : throw new HarmfulAnswerException($"'{name}' is {value}, not an integer: iOS drops the whole answer.");

    /// <summary>The error of a refusal, or null for a positive answer.</summary>
    public static string? Error(this JsonElement json) =>
        json.Text("error") is "" ? throw new HarmfulAnswerException("An empty 'error' is read as a failure.") : json.Text("error");

    private static void RefuseNulls(JsonElement json, string path)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Null:
                throw new HarmfulAnswerException($"{path} is null: Android tests for the key, not for the value.");
            case JsonValueKind.String:
                json.GetString();
                break;
            case JsonValueKind.Object:
                foreach (var property in json.EnumerateObject())
                {
                    RefuseNulls(property.Value, $"{path}.{property.Name}");
                }
                break;
            case JsonValueKind.Array:
                foreach (var item in json.EnumerateArray())
                {
                    RefuseNulls(item, $"{path}[]");
                }
                break;
        }
    }
}
