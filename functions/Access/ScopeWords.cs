using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Access;

/// <summary>Scopes as words such as <c>read</c>, in tokens, roles and settings.</summary>
internal static class ScopeWords
{
    private static readonly FrozenDictionary<string, Scopes> ByWord = Enum.GetValues<Scopes>()
        .Where(scope => scope is not Scopes.None)
        .ToFrozenDictionary(scope => JsonNamingPolicy.SnakeCaseLower.ConvertName(scope.ToString()), StringComparer.Ordinal);

    public static ImmutableArray<string> All { get; } = [.. ByWord.OrderBy(word => word.Value).Select(word => word.Key)];

    public static Scopes? Find(string word) => ByWord.TryGetValue(word, out var scope) ? scope : null;

    /// <returns>The fewest words that say it.</returns>
    public static ImmutableArray<string> Of(Scopes scopes) =>
        [.. All.Where(word => scopes is Scopes.Admin ? ByWord[word] is Scopes.Admin : scopes.HasFlag(ByWord[word]))];

    /// <returns>False when a word is none, or there is not one.</returns>
    public static bool TryParse(IEnumerable<string> words, out Scopes scopes)
    {
        scopes = Scopes.None;
        foreach (var word in words)
        {
            if (Find(word) is not { } scope)
            {
                return false;
            }

            scopes |= scope;
        }

        return scopes is not Scopes.None;
    }
}

/// <summary>As an array of words, in stored documents and in the management API.</summary>
internal sealed class ScopesConverter : JsonConverter<Scopes>
{
    public override Scopes Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var words = new List<string>();
        if (reader.TokenType is JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType is JsonTokenType.String)
            {
                words.Add(reader.GetString()!);
            }
        }

        return reader.TokenType is JsonTokenType.EndArray && ScopeWords.TryParse(words, out var scopes) ? scopes : throw new JsonException("Expected scopes.");
    }

    public override void Write(Utf8JsonWriter writer, Scopes value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var word in ScopeWords.Of(value))
        {
            writer.WriteStringValue(word);
        }

        writer.WriteEndArray();
    }
}
