using System.Text.Json;

namespace Serverless.Device.Answers;

/// <summary>Typed reads of an answer's fields, refusing what a device cannot read.</summary>
internal static class AnswerJson
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>The answer's object, free of nulls.</summary>
    public static JsonElement ParseObject(HttpAnswer answer)
    {
        if (answer.Body.Length == 0)
        {
            throw new HarmfulAnswerException($"HTTP {answer.Status} with an empty body is a failure on both platforms.");
        }
        if (answer.MediaType is not "application/json")
        {
            throw new HarmfulAnswerException($"The content type is '{answer.MediaType}', not application/json.");
        }

        var root = Parse(answer.Body);
        if (root.ValueKind is not JsonValueKind.Object)
        {
            throw new HarmfulAnswerException($"The answer is not an object but {root.ValueKind}.");
        }
        RefuseNulls(root, "$");
        return root;
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

    /// <summary>Checks a flag that may be absent.</summary>
    public static void RequireFlag(this JsonElement json, string name)
    {
        if (json.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            throw new HarmfulAnswerException($"'{name}' is {value.ValueKind}, not a boolean: iOS drops the whole answer.");
        }
    }

    private static JsonElement Parse(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new HarmfulAnswerException($"The answer is not JSON: {e.Message}");
        }
    }

    private static void RefuseNulls(JsonElement json, string path)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Null:
                throw new HarmfulAnswerException($"{path} is null: Android tests for the key, not for the value.");
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
