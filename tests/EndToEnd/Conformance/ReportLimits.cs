using System.Net;
using System.Text.Json.Nodes;
using Serverless.Outcomes;
using Serverless.Tests.Support;

namespace Serverless.Tests.EndToEnd.Conformance;

/// <summary>What a report may hold before the plugin is told to forget it, and what never costs a report its evidence.</summary>
[Collection(nameof(Conformance))]
public sealed class ReportLimits(ConformanceServer server)
{
    private const int MaxBytes = 4 * 1024 * 1024;

    private static readonly OutcomeTally OneFailed = new(Exposed: 1, Good: 0, Failed: 1, Discarded: 0);

    /// <summary>More keys, longer keys, longer values and deeper ones than any plugin sends.</summary>
    [Fact]
    public async Task Noise_in_metadata_costs_no_evidence()
    {
        var app = await OfferedAsync("limitsmetadata");
        var report = app.Android("""{"action":"update_fail","version_name":"1.4.1","timestamp":"soon","custom_id":7,"version_os":17.5}""");
        report["metadata"] = new JsonObject(
            Enumerable.Range(0, 100).Select(at => KeyValuePair.Create($"{new string('k', 100)}{at}", (JsonNode?)new string('x', 10_000))))
        {
            ["stack"] = new JsonArray(new JsonObject { ["line"] = new JsonArray(1, true) }),
        };

        (await app.ReportAsync(new JsonArray(report))).Require("""{"status":"ok","results":[{"status":"ok","index":0}]}""");

        await RequireTallyAsync(app, OneFailed);
    }

    /// <summary>An app may switch to another one, or preview it, between two events of one report.</summary>
    [Fact]
    public async Task Events_of_several_apps_are_taken_in_together()
    {
        var first = await OfferedAsync("limitsmixed1");
        var second = await OfferedAsync("limitsmixed2");
        const string failed = """{"action":"update_fail","version_name":"1.4.1","timestamp":1764000000000}""";

        (await first.ReportAsync(new JsonArray(first.Android(failed), second.Android(failed)))).Require(
            """{"status":"ok","results":[{"status":"ok","index":0},{"status":"ok","index":1}]}""");

        await RequireTallyAsync(first, OneFailed);
        await RequireTallyAsync(second, OneFailed);
    }

    [Fact]
    public async Task Event_that_comes_again_is_answered_like_the_first()
    {
        var app = await OfferedAsync("limitsagain");
        var report = new JsonArray(app.Android("""{"action":"update_fail","version_name":"1.4.1","timestamp":1764000000000}"""));

        (await app.ReportAsync(report)).Require("""{"status":"ok","results":[{"status":"ok","index":0}]}""");
        report.Add(report[0]!.DeepClone());

        (await app.ReportAsync(report)).Require("""{"status":"ok","results":[{"status":"ok","index":0},{"status":"ok","index":1}]}""");
        await RequireTallyAsync(app, OneFailed);
    }

    /// <summary>200 all the same: a 4xx would have the plugin drop events of the report that are good.</summary>
    [Fact]
    public async Task Array_of_nothing_but_faults_is_answered_event_by_event()
    {
        var app = New("limitsfaults");

        (await app.ReportAsync(new JsonArray(null, 7, "update_fail", new JsonArray(), new JsonObject()))).Require(
            $$"""{"status":"ok","results":[{{string.Join(',', Enumerable.Range(0, 5).Select(Fault))}}]}""");

        static string Fault(int index) => $$"""{"status":"error","error":"invalid_json_body","message":"<text>","index":{{index}}}""";
    }

    [Fact]
    public async Task As_many_events_as_a_plugin_keeps_are_taken_in()
    {
        var app = New("limitsmany");
        var ping = app.Android("""{"action":"webview_javascript_error"}""");
        ping["metadata"] = new JsonObject { ["message"] = new string('x', 13_000) };

        var answer = await app.ReportAsync(new JsonArray([.. Enumerable.Range(0, 200).Select(at => With(ping, "timestamp", at))]));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(200, answer.Body["results"]!.AsArray().Count);
    }

    [Fact]
    public async Task More_events_than_any_plugin_keeps_are_refused_for_good()
    {
        var app = New("limitstoomany");
        var pings = Enumerable.Range(0, 1001).Select(_ => app.Android("""{"action":"ping"}"""));

        (await app.ReportAsync(new JsonArray([.. pings]))).Require(
            HttpStatusCode.BadRequest, """{"error":"invalid_json_body","message":"<text>","kind":"failed"}""");
    }

    [Fact]
    public async Task Body_beyond_the_limit_is_refused_for_good()
    {
        var app = New("limitsbytes");
        var report = app.Android("""{"action":"ping"}""").ToJsonString();

        (await server.SendAsync(HttpMethod.Post, "api/stats", report.PadRight(MaxBytes))).Require("""{"status":"ok"}""");
        (await server.SendAsync(HttpMethod.Post, "api/stats", report.PadRight(MaxBytes + 1))).Require(
            HttpStatusCode.RequestEntityTooLarge, """{"error":"body_too_large","message":"<text>","kind":"failed"}""");
    }

    private async Task<ConformanceApp> OfferedAsync(string name)
    {
        var app = await New(name).PublishAsync("1.4.1");
        (await app.CheckAsync(app.Android())).Require(ConformanceApp.Offer("1.4.1"));
        return app;
    }

    private Task RequireTallyAsync(ConformanceApp app, OutcomeTally expected) => Eventually.True(
        async () => await server.Storage.TallyAsync(app.Id, "1.4.1") == expected, $"The outcomes of {app.Id} should have become {expected}.");

    private static JsonObject With(JsonObject body, string field, JsonNode value)
    {
        var copy = body.DeepClone().AsObject();
        copy[field] = value;
        return copy;
    }

    private ConformanceApp New(string name) => new(server, name);
}
