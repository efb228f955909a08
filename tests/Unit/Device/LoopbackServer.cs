using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Serverless.Tests.Unit.Device;

/// <summary>
/// The smallest server that a device can live with: one channel, one key, and a release withdrawn once three devices failed on it.
/// </summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private const int FailuresToWithdraw = 3;

    private readonly WebApplication _app;
    private readonly BundleSigner? _signer;
    private readonly Lock _gate = new();
    private readonly List<LoopbackRelease> _releases = [];
    private readonly HashSet<(string Device, string Version)> _failures = [];
    private readonly HashSet<string> _withdrawn = [];

    private LoopbackServer(WebApplication app, BundleSigner? signer)
    {
        _app = app;
        _signer = signer;
    }

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Every update check received.</summary>
    public ConcurrentQueue<LoopbackRequest> Checks { get; } = [];

    /// <summary>Every event received, one by one.</summary>
    public ConcurrentQueue<JsonObject> Events { get; } = [];

    /// <summary>The bodies of <c>/stats</c> as they came.</summary>
    public ConcurrentQueue<JsonNode> Batches { get; } = [];

    /// <summary>Encrypts even for devices that name no key: older plugins do not tell that they have one.</summary>
    public bool EncryptsForAll { get; set; }

    /// <summary>Replaces the answer to a check; null gives the usual one.</summary>
    public Func<JsonObject, IResult?> Answer { get; set; } = _ => null;

    /// <summary>Replaces the answer to events.</summary>
    public Func<IResult> StatsAnswer { get; set; } = () => Results.Json(new { status = "ok" });

    /// <summary>Every channel call received.</summary>
    public ConcurrentQueue<LoopbackChannelCall> ChannelCalls { get; } = [];

    /// <summary>Every question for sizes received.</summary>
    public ConcurrentQueue<JsonObject> SizeQuestions { get; } = [];

    /// <summary>Every download asked for: the path, and the range where there was one.</summary>
    public ConcurrentQueue<string> Downloads { get; } = [];

    /// <summary>The answer to a channel call.</summary>
    public Func<string, IResult> ChannelAnswer { get; set; } = _ => Results.Json(new { status = "ok", allowSet = true });

    /// <summary>The answer to a question for sizes.</summary>
    public Func<IResult> SizeAnswer { get; set; } = () => Results.NotFound();

    /// <summary>Replaces the answer to a download; null gives the usual one.</summary>
    public Func<HttpRequest, IResult?> DownloadAnswer { get; set; } = _ => null;

    /// <summary>The actions received, in order.</summary>
    public IEnumerable<string> Actions => Events.Select(e => (string)e["action"]!);

    public static async Task<LoopbackServer> StartAsync(BundleSigner? signer = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new LoopbackServer(app, signer);
        app.MapPost("/api/updates", server.CheckAsync);
        app.MapPost("/api/stats", server.StatsAsync);
        app.MapPost("/api/updates/manifest_size", server.SizesAsync);
        app.MapMethods("/api/channel_self", ["POST", "PUT", "GET", "DELETE"], server.ChannelAsync);
        app.MapGet("/bundles/{version}/{form}", server.Download);
        app.MapGet("/files/{version}/{form}/{**name}", server.DownloadFile);
        await app.StartAsync();
        return server;
    }

    /// <param name="version">The version it is offered as.</param>
    /// <param name="zip">Its bytes.</param>
    /// <param name="delta">Whether plugins that understand a manifest get one.</param>
    public void Publish(string version, byte[] zip, bool delta = false)
    {
        var release = new LoopbackRelease(version, zip, _signer, delta);
        lock (_gate)
        {
            _releases.Add(release);
        }
    }

    /// <summary>Makes the server as forgetful as the devices are.</summary>
    public void ForgetFailures()
    {
        lock (_gate)
        {
            _failures.Clear();
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> CheckAsync(HttpRequest request)
    {
        var body = (await request.ReadFromJsonAsync<JsonObject>())!;
        Checks.Enqueue(new LoopbackRequest(body, request.Headers.UserAgent.ToString(), request.ContentType ?? ""));
        return Answer(body) ?? Results.Json(Decide(body));
    }

    private JsonObject Decide(JsonObject body)
    {
        var running = (string)body["version_name"]!;
        lock (_gate)
        {
            var release = _releases.FindLast(release => !_withdrawn.Contains(release.Version));
            return release is null || release.Version == running
                ? Refusal("no_new_version_available", "up_to_date", running)
                : _failures.Contains(((string)body["device_id"]!, release.Version))
                ? Refusal("failed_before", "blocked", release.Version)
                : Offer(release, body);
        }
    }

    private static JsonObject Refusal(string error, string kind, string version) =>
        new() { ["error"] = error, ["message"] = "Not for this device", ["kind"] = kind, ["version"] = version };

    private JsonObject Offer(LoopbackRelease release, JsonObject body)
    {
        var plugin = Version.Parse((string)body["plugin_version"]!);
        var encrypted = release.Cipher is not null && (EncryptsForAll || body.ContainsKey("key_id"));
        var signsText = plugin is { Major: < 8, Minor: < 30 };
        var offer = new JsonObject
        {
            ["version"] = release.Version,
            ["url"] = new Uri(Address, $"/bundles/{release.Version}/{(encrypted ? "cipher" : "zip")}").ToString(),
            ["session_key"] = encrypted ? release.SessionKey : "",
            ["checksum"] = plugin.Major >= 9 ? release.Crc32
                : !encrypted ? release.Sha256
                : signsText ? release.SignedText
                : release.SignedDigest,
        };
        if (release.Files.Count > 0 && plugin.Major < 9)
        {
            offer["manifest"] = new JsonArray([.. release.Files.Select(file => new JsonObject
            {
                ["file_name"] = file.Name,
                ["file_hash"] = !encrypted ? file.Sha256 : signsText ? file.SignedText : file.SignedDigest,
                ["download_url"] = new Uri(Address, $"/files/{release.Version}/{(encrypted ? "cipher" : "plain")}/{file.Name}").ToString(),
            })]);
        }
        return offer;
    }

    private IResult Download(string version, string form, HttpRequest request)
    {
        Note(request);
        lock (_gate)
        {
            return _releases.Find(release => release.Version == version) is { } release
                ? Results.Bytes(form == "cipher" ? release.Cipher! : release.Zip, "application/zip", enableRangeProcessing: form != "whole")
                : Results.NotFound();
        }
    }

    private IResult DownloadFile(string version, string form, string name, HttpRequest request)
    {
        Note(request);
        if (DownloadAnswer(request) is { } answer)
        {
            return answer;
        }
        lock (_gate)
        {
            return _releases.Find(release => release.Version == version)?.Files.FirstOrDefault(file => file.Name == name) is { } file
                ? Results.Bytes(form == "cipher" ? file.Cipher! : file.Plain, "application/octet-stream", enableRangeProcessing: true)
                : Results.NotFound();
        }
    }

    private void Note(HttpRequest request) => Downloads.Enqueue($"{request.Path} {request.Headers.Range}".TrimEnd());

    private async Task<IResult> ChannelAsync(HttpRequest request)
    {
        var body = request.ContentLength > 0 ? await request.ReadFromJsonAsync<JsonObject>() : null;
        ChannelCalls.Enqueue(new LoopbackChannelCall(request.Method, request.QueryString.Value ?? "", body));
        return ChannelAnswer(request.Method);
    }

    private async Task<IResult> SizesAsync(HttpRequest request)
    {
        SizeQuestions.Enqueue((await request.ReadFromJsonAsync<JsonObject>())!);
        return SizeAnswer();
    }

    private async Task<IResult> StatsAsync(HttpRequest request)
    {
        var body = (await request.ReadFromJsonAsync<JsonNode>())!;
        Batches.Enqueue(body);
        foreach (var happened in body is JsonArray array ? array.Cast<JsonObject>() : [(JsonObject)body])
        {
            Events.Enqueue(happened);
            if ((string?)happened["action"] == "update_fail")
            {
                Fail((string)happened["device_id"]!, (string)happened["version_name"]!);
            }
        }
        return StatsAnswer();
    }

    private void Fail(string device, string version)
    {
        lock (_gate)
        {
            _failures.Add((device, version));
            if (_failures.Count(failure => failure.Version == version) >= FailuresToWithdraw)
            {
                _withdrawn.Add(version);
            }
        }
    }
}

/// <summary>An update check as it came.</summary>
internal sealed record LoopbackRequest(JsonObject Body, string UserAgent, string ContentType);

/// <summary>A channel call as it came.</summary>
internal sealed record LoopbackChannelCall(string Method, string Query, JsonObject? Body);
