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

    /// <summary>Replaces the answer to a check; null gives the usual one.</summary>
    public Func<JsonObject, IResult?> Answer { get; set; } = _ => null;

    /// <summary>Replaces the answer to events.</summary>
    public Func<IResult> StatsAnswer { get; set; } = () => Results.Json(new { status = "ok" });

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
        app.MapGet("/bundles/{version}/{form}", server.Download);
        await app.StartAsync();
        return server;
    }

    public void Publish(string version, byte[] zip)
    {
        var release = new LoopbackRelease(version, zip, _signer);
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

    private object Decide(JsonObject body)
    {
        var running = (string)body["version_name"]!;
        lock (_gate)
        {
            var release = _releases.FindLast(release => !_withdrawn.Contains(release.Version));
            return release is null || release.Version == running
                ? new { error = "no_new_version_available", message = "No new version available", kind = "up_to_date", version = running }
                : _failures.Contains(((string)body["device_id"]!, release.Version))
                ? new { error = "failed_before", message = "This device failed on it", kind = "blocked", version = release.Version }
                : Offer(release, body);
        }
    }

    private object Offer(LoopbackRelease release, JsonObject body)
    {
        var plugin = Version.Parse((string)body["plugin_version"]!);
        var encrypted = release.Cipher is not null && body.ContainsKey("key_id");
        return new
        {
            version = release.Version,
            url = new Uri(Address, $"/bundles/{release.Version}/{(encrypted ? "cipher" : "zip")}").ToString(),
            session_key = encrypted ? release.SessionKey : "",
            checksum = plugin.Major == 10 ? release.Crc32
                : !encrypted ? release.Sha256
                : plugin < new Version(7, 30) ? release.SignedText
                : release.SignedDigest,
        };
    }

    private IResult Download(string version, string form)
    {
        lock (_gate)
        {
            return _releases.Find(release => release.Version == version) is { } release
                ? Results.Bytes(form == "cipher" ? release.Cipher! : release.Zip, "application/zip", enableRangeProcessing: form != "whole")
                : Results.NotFound();
        }
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
