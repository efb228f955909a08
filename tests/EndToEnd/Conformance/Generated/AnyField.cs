using System.Text.Json;
using CsCheck;

namespace Serverless.Tests.EndToEnd.Conformance.Generated;

/// <summary>The fields of the plugin's bodies, each with values as JSON that some device sends or might send.</summary>
internal static class AnyField
{
    public const string App = "com.example.generated";
    public const string ReportedApp = "com.example.generatedreports";
    public const string BuiltinApp = "com.example.generatedbuiltin";

    /// <summary>At least one of each generation that reads something differently, and some that never were.</summary>
    private static readonly string[] Plugins =
    [
        "8.51.23", "8.51.23", "8.51.22", "8.51.8", "8.50.0", "8.47.0", "8.45.11", "8.45.10", "8.42.8", "8.41.12", "8.40.7", "8.35.0", "8.34.0", "8.4.3", "8.0.0",
        "7.51.21", "7.45.10", "7.42.9", "7.36.1", "7.34.0", "7.30.0", "7.27.8", "7.25.0", "7.18.0", "7.0.35", "7.0.34",
        "6.35.0", "6.34.0", "6.30.0", "6.25.0", "6.24.9", "6.14.25", "6.2.0", "6.1.9", "5.35.0", "5.30.0", "5.10.0", "5.9.9",
        "10.0.0", "9.0.0", "4.15.0", "8.51.23-beta.1+build", "v8.51.23", "8.51", "99999999999999999999.0.0", "latest",
    ];

    /// <summary>What no plugin sends anywhere.</summary>
    public static readonly Gen<string> Hostile = Gen.Frequency(
        (12, Gen.OneOf(
            "null", "true", "false", "0", "-1", "1.5", "1e400", "-9223372036854775809", "\"\"", "\" \"", "[]", "{}", "[1]", "[null]", "{\"a\":null}",
            "\"\\ud800\"", "\"\\udc00x\"", "\"\\u0000\"", "\"é\\u2028\\\"\\\\\"", "\"\\ud83d\\ude00\"", "\"builtin\"", "\"../../a\"", "\"'; --\"", "\"%00\"")),
        (2, Gen.OneOf(10, 37, 64, 65, 129, 156, 1025, 5_000).Select(length => $"\"{new string('x', length)}\"")),
        (1, Gen.OneOf(2, 14, 62, 70, 5_000).Select(depth => new string('[', depth) + new string(']', depth))),
        (2, Gen.String.Select(Text)));

    private static readonly Gen<string> Flag = Words("true", "false");

    private static readonly Gen<string> Device = Gen.Select(Gen.Int[0, 7], Gen.Int[0, 3], (number, form) => Text(form == 0
        ? $"{number:X8}-659A-44C0-A7F5-613F2A4AF3AB"
        : $"{number:x8}-659a-44c0-a7f5-613f2a4af3ab"));

    private static readonly Gen<string> Timestamp = Gen.Frequency(
        (6, Gen.Long[1764000000000, 1764000000100].Select(time => $"{time}")),
        (1, Words("1764000000000.5", "1.7e12", "-1", "1e400", "\"1764000000000\"", "null")));

    private static readonly Gen<string> Metadata = Gen.Frequency(
        (9, Words("""{"exit_reason":"anr","exit_reason_code":"6"}""", "{}", "null", "\"text\"", """{"line":7,"stack":["a",{"b":null}]}""")),
        (1, Gen.Int[0, 60].Select(keys => $"{{{string.Join(',', Enumerable.Range(0, keys).Select(at => $"\"{new string('k', at * 2)}\":\"{new string('v', at * 50)}\""))}}}")));

    /// <param name="keyId">What a device with the server's key says.</param>
    /// <param name="apps">The app ids most devices have.</param>
    public static IReadOnlyList<(string Name, Gen<string> Value)> Info(string keyId, params string[] apps) =>
    [
        ("platform", Texts("android", "android", "ios", "ios", "electron", "ANDROID", "web", "")),
        ("device_id", Device),
        ("app_id", Gen.Frequency((6, Texts(apps)), (1, Texts("com.example.nobody", "com.Example.Generated")))),
        ("custom_id", Texts("", "customer 7")),
        ("version_build", Texts("1.4.0", "1.4.0", "1.4.0", "1.4.0", "1.4.0", "1.4", "1", "v2.0.0", "1.2.3.4", "1.4.1", "unknown", "", "abc", "1.4.0-rc.1+5", "99999999999.1.1", "0.0.0")),
        ("version_code", Texts("42")),
        ("version_os", Texts("14", "17.5.1")),
        ("version_name", Texts("1.4.0", "1.4.0", "1.4.0", "1.4.1", "1.5.0", "builtin", "unknown", "", "1.4", "1.4.1:a.js", "release \"7\"\\", "1.4.1+x")),
        ("plugin_version", Texts(Plugins)),
        ("is_emulator", Flag),
        ("is_prod", Flag),
        ("install_source", Texts("", "google_play", "testflight")),
        ("defaultChannel", Texts("", "", "", "production", "beta", "private", "nope", "Beta")),
        ("key_id", Texts("", "", "", keyId, keyId, keyId[..4], "MIIBCgKCAQEAxxxxxxxx")),
    ];

    public static readonly (string Name, Gen<string> Value) Channel = ("channel", Texts("beta", "beta", "beta", "beta", "beta", "production", "private", "nope", "", "builtin"));

    public static readonly IReadOnlyList<(string Name, Gen<string> Value)> Event =
    [
        ("action", Texts(
            "update_fail", "set", "app_launch_ready", "checksum_fail", "unzip_fail", "download_manifest_file_fail",
            "app_moved_to_foreground", "app_moved_to_background", "app_launch_start", "app_anr", "webview_javascript_error", "webview_page_loaded", "download_50",
            "download_zip_start", "download_fail", "delete", "reset", "get", "future_action", "")),
        ("version_name", Texts("1.4.0", "1.4.1", "1.5.0", "1.4.1:assets/app.js.br", ":", "1.4.1:", "builtin", "")),
        ("old_version_name", Texts("", "1.4.0")),
        ("timestamp", Timestamp),
        ("metadata", Metadata),
    ];

    private static Gen<string> Texts(params string[] texts) => Words([.. texts.Select(Text)]);

    private static Gen<string> Words(params string[] words) => Gen.OneOf(words);

    private static string Text(string text) => JsonSerializer.Serialize(text);
}
