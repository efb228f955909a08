using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Serverless.Tests.EndToEnd.Conformance;

/// <summary>What the server answered.</summary>
/// <param name="RetryAfter">The header, as sent.</param>
internal sealed partial record WireAnswer(HttpStatusCode Status, JsonNode Body, string? RetryAfter)
{
    /// <summary>What a pair may leave open, and what must stand there.</summary>
    private static readonly Dictionary<string, Func<string, bool>> Placeholders = new()
    {
        ["<text>"] = text => text.Length > 0,
        ["<url>"] = text => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https",
        ["<session_key>"] = text => text.Split(':') is [var iv, var key] && Decodes(iv, 16) && Decodes(key, 256),
        ["<512 hex>"] = text => HexSignature().IsMatch(text),
        ["<344 base64>"] = text => text.Length == 344 && Decodes(text, 256),
    };

    public string Text(string property) => Body[property]?.GetValue<string>() ?? throw new InvalidOperationException($"{Body.ToJsonString()} lacks {property}.");

    /// <summary>Requires 200 and this very body: its properties, no other ones, and their values.</summary>
    public void Require([StringSyntax(StringSyntaxAttribute.Json)] string body) => Require(HttpStatusCode.OK, body);

    /// <inheritdoc cref="Require(string)"/>
    public void Require(HttpStatusCode status, [StringSyntax(StringSyntaxAttribute.Json)] string body)
    {
        var expected = JsonNode.Parse(body);
        Assert.True(
            status == Status && JsonNode.DeepEquals(expected, Blank(Body, expected)),
            $"Expected {(int)status} {expected!.ToJsonString()}{Environment.NewLine}but was  {(int)Status} {Body.ToJsonString()}");
    }

    /// <summary>The answer with placeholders where the expected body has them and they fit.</summary>
    private static JsonNode? Blank(JsonNode? actual, JsonNode? expected) => (actual, expected) switch
    {
        (JsonObject a, JsonObject e) => new JsonObject(a.Select(property => KeyValuePair.Create(property.Key, Blank(property.Value, e[property.Key])))),
        (JsonArray a, JsonArray e) => new JsonArray([.. a.Select((item, index) => Blank(item, e.ElementAtOrDefault(index)))]),
        (JsonValue a, JsonValue e) when a.TryGetValue(out string? text) && e.TryGetValue(out string? placeholder)
            && Placeholders.TryGetValue(placeholder, out var fits) && fits(text) => e.DeepClone(),
        (JsonArray { Count: > 0 } files, JsonValue e) when e.TryGetValue(out string? placeholder) && placeholder == "<files>" && files.All(IsFile) => e.DeepClone(),
        _ => actual?.DeepClone(),
    };

    private static bool IsFile(JsonNode? entry) => entry is JsonObject { Count: 3 } file
        && file["file_name"]?.GetValue<string>() is { Length: > 0 }
        && file["file_hash"]?.GetValue<string>() is { Length: 64 or 512 } hash && hash.All(char.IsAsciiHexDigitLower)
        && Placeholders["<url>"](file["download_url"]?.GetValue<string>() ?? "");

    private static bool Decodes(string base64, int length)
    {
        var bytes = new byte[length];
        return Convert.TryFromBase64String(base64, bytes, out var written) && written == length;
    }

    [GeneratedRegex(@"\A[0-9a-f]{512}\z")]
    private static partial Regex HexSignature();
}
