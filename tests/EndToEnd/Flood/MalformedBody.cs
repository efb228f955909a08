namespace Serverless.Tests.EndToEnd.Flood;

/// <summary>Bodies that are no JSON, hardly JSON, or JSON of the wrong form, one character a byte.</summary>
internal static class MalformedBody
{
    private const string Device = """
        {"platform":"android","device_id":"44f128a5-ac7a-4c9a-be4c-224b6bf81b20","app_id":"com.example.flood","custom_id":"","version_build":"1.4.0","version_code":"42","version_os":"14","version_name":"1.4.0","plugin_version":"8.51.23","is_emulator":false,"is_prod":true,"defaultChannel":"","action":"set","channel":"beta"}
        """;

    private static readonly string[] Fields =
        ["platform", "device_id", "app_id", "custom_id", "version_build", "version_os", "version_name", "plugin_version", "is_emulator", "is_prod", "defaultChannel", "key_id", "action", "metadata", "timestamp", "manifest", "version", "channel"];

    public static string Of(Chaos chaos) => chaos.Below(12) switch
    {
        0 => "",
        1 => chaos.Bytes(200),
        2 or 3 => chaos.Damage(Device),
        4 => Device[..chaos.Below(Device.Length)],
        5 => Nested(chaos),
        6 => $"{{{string.Join(',', Enumerable.Range(0, chaos.Below(40)).Select(_ => $"\"{chaos.Of(Fields)}\":{Value(chaos)}"))}}}",
        7 => Device.Replace("\"1.4.0\"", Value(chaos), StringComparison.Ordinal),
        8 => $"[{string.Join(',', Enumerable.Range(0, chaos.Below(1100)).Select(_ => chaos.Of("null", "{}", "7", "[]", "\"\"")))}]",
        9 => $"\u00ef\u00bb\u00bf{Device}",
        10 => string.Concat(Device.Select(letter => $"{letter}\0")),
        _ => $$"""{"app_id":"com.example.{{chaos.Text("abcdefgh", 8)}}x","device_id":"44f128a5-ac7a-4c9a-be4c-224b6bf81b20","plugin_version":{{Value(chaos)}}}""",
    };

    private static string Nested(Chaos chaos)
    {
        var depth = chaos.Below(3_000);
        return $"{string.Concat(Enumerable.Repeat(chaos.Of("[", "{\"a\":", "[{\"metadata\":"), depth))}{(chaos.OneIn(2) ? "" : new string(']', depth))}";
    }

    private static string Value(Chaos chaos) => chaos.Below(12) switch
    {
        0 => "null",
        1 => "-0.5e300",
        2 => new string('9', 1 + chaos.Below(400)),
        3 => "\"\\ud800\"",
        4 => "\"\\u0000\\\\\\\"\"",
        5 => $"\"{new string('x', chaos.Below(4_000))}\"",
        6 => "[[],{}]",
        7 => "{\"a\":{\"b\":null}}",
        8 => "\"\u00ff\u00fe\u0080\"",
        9 => "tru",
        10 => "\"../../etc/passwd\"",
        _ => $"\"{chaos.Bytes(8)}\"",
    };
}
