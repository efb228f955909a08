using System.Text.Json;
using System.Text.Json.Nodes;

namespace Serverless.Bench.Load;

/// <summary>Bodies as the plugin sends them, one a line, of devices that differ in their id alone.</summary>
internal sealed class RequestFile : IDisposable
{
    /// <summary>How many devices take turns: more than there are connections, few enough that each has been seen before a round begins.</summary>
    public const int Devices = 2_000;

    private RequestFile(IEnumerable<string> bodies) => File.WriteAllLines(Path, bodies);

    public string Path { get; } = System.IO.Path.GetTempFileName();

    /// <summary>Update checks.</summary>
    /// <param name="app">Whose devices.</param>
    /// <param name="version">What they run; <c>builtin</c> for the bundle they came with.</param>
    /// <param name="devices">How many take turns.</param>
    public static RequestFile Checks(string app, string version, int devices = Devices) => new(Bodies(app, version, devices).Select(body => body.ToJsonString()));

    /// <summary>Reports of a good start, so many in one call.</summary>
    public static RequestFile Reports(string app, string version, int events) => new(Bodies(app, version, Devices).Chunk(events).Select(chunk =>
        new JsonArray([.. chunk.Select(body => Report(body, "set"))]).ToJsonString()));

    /// <summary>Bodies of reports that a release could not be installed, of devices that are in no other file.</summary>
    public static IEnumerable<string> Failures(string app, string version, int devices, int events) =>
        Bodies(app, version, devices, first: 1_000_000).Chunk(events).Select(chunk => new JsonArray([.. chunk.Select(body => Report(body, "set_fail"))]).ToJsonString());

    public static string Check(string app, string version) => Bodies(app, version, 1).Single().ToJsonString();

    public void Dispose() => File.Delete(Path);

    private static JsonObject Report(JsonObject body, string action)
    {
        body["action"] = action;
        body["old_version_name"] = "builtin";
        return body;
    }

    private static IEnumerable<JsonObject> Bodies(string app, string version, int devices, int first = 0) => Enumerable.Range(first, devices).Select(device => JsonSerializer.Deserialize<JsonObject>(
        $$"""
        {"platform":"android","device_id":"5f1c0f3e-8f5d-4b52-9c7e-{{device:x12}}","app_id":"{{app}}","custom_id":"","version_build":"1.0.0","version_code":"10000",
        "version_os":"14","version_name":"{{version}}","plugin_version":"8.51.23","is_emulator":false,"is_prod":true,"defaultChannel":""}
        """)!);
}
