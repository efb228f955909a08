using System.Net;
using System.Text.Json.Nodes;
using Serverless.Outcomes;
using Serverless.Storage;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Faults;

namespace Serverless.Tests.EndToEnd.Conformance;

/// <summary>Reports, alone and in arrays, and what later checks make of them.</summary>
[Collection(nameof(Conformance))]
public sealed class ReportPairs(ConformanceServer server)
{
    private const string Ok = """{"status":"ok"}""";

    private const string FailedBefore =
        """{"error":"release_failed_on_device","message":"<text>","kind":"blocked","version":"1.4.1","old":"1.4.0"}""";

    private static readonly OutcomeTally OneFailed = new(Exposed: 1, Good: 0, Failed: 1, Discarded: 0);

    [Fact]
    public async Task Pair_25_failed_pair()
    {
        var app = await New("pair25").PublishAsync("1.4.1");
        (await app.CheckAsync(app.Android())).Require(ConformanceApp.Offer("1.4.1"));

        (await app.ReportAsync(new JsonArray(app.Android("""{"action":"update_fail","version_name":"1.4.1","timestamp":1764000000000}""")))).Require(
            """{"status":"ok","results":[{"status":"ok","index":0}]}""");
        await RequireTallyAsync(app, OneFailed);

        (await app.CheckAsync(app.Android())).Require(FailedBefore);
        (await app.CheckAsync(app.Android("""{"device_id":"11111111-ac7a-4c9a-be4c-224b6bf81b20"}"""))).Require(ConformanceApp.Offer("1.4.1"));
    }

    [Fact]
    public async Task Pair_30_single_event()
    {
        var app = New("pair30");

        (await app.ReportAsync(app.Android("""{"action":"download_zip_start","version_name":"1.4.1","old_version_name":""}"""))).Require(Ok);
    }

    [Fact]
    public async Task Pair_31_array()
    {
        var app = New("pair31");

        var answer = await app.ReportAsync(new JsonArray(
            app.Ios("""{"action":"app_moved_to_foreground","version_name":"1.4.0","old_version_name":"","timestamp":1764000000000}"""),
            app.Ios("""{"action":"set","version_name":"1.4.1","old_version_name":"1.4.0","timestamp":1764000001000}""")));

        answer.Require("""{"status":"ok","results":[{"status":"ok","index":0},{"status":"ok","index":1}]}""");
    }

    [Fact]
    public async Task Pair_32_empty_array() => (await New("pair32").ReportAsync(new JsonArray())).Require("""{"status":"ok","results":[]}""");

    [Fact]
    public async Task Pair_33_without_version_name()
    {
        var app = New("pair33");
        var report = app.Android("""{"action":"download_fail"}""");
        report.Remove("version_name");

        (await app.ReportAsync(report)).Require(Ok);
    }

    [Fact]
    public async Task Pair_34_composite_version_name()
    {
        var app = await New("pair34").PublishAsync("1.4.1");
        (await app.CheckAsync(app.Android())).Require(ConformanceApp.Offer("1.4.1"));

        (await app.ReportAsync(app.Android("""{"action":"download_manifest_file_fail","version_name":"1.4.1:assets/app.js.br"}"""))).Require(Ok);

        await RequireTallyAsync(app, OneFailed);
    }

    [Theory]
    [InlineData("session_key_required")]
    [InlineData("future_action")]
    public async Task Pair_35_unknown_action(string action)
    {
        var app = New("pair35");

        (await app.ReportAsync(app.Android($$"""{"action":"{{action}}","version_name":"1.4.1"}"""))).Require(Ok);
    }

    [Fact]
    public async Task Pair_36_bad_event_among_good_ones()
    {
        var app = await New("pair36").PublishAsync("1.4.1");
        (await app.CheckAsync(app.Android())).Require(ConformanceApp.Offer("1.4.1"));
        var bad = app.Android("""{"action":"set","version_name":"1.4.1"}""");
        bad.Remove("app_id");

        (await app.ReportAsync(new JsonArray(bad, app.Android("""{"action":"update_fail","version_name":"1.4.1"}""")))).Require(
            """{"status":"ok","results":[{"status":"error","error":"missing_app_id","message":"<text>","index":0},{"status":"ok","index":1}]}""");

        await RequireTallyAsync(app, OneFailed);
    }

    [Fact]
    public async Task Pair_37_metadata()
    {
        var app = New("pair37");

        (await app.ReportAsync(app.Android("""{"action":"app_anr","metadata":{"exit_reason":"anr","exit_reason_code":"6"}}"""))).Require(Ok);
    }

    [Fact]
    public async Task Pair_46_throttle()
    {
        var app = await New("pair46").PublishAsync("1.4.1");
        using var outage = server.Proxy.Fail(
            request => request is { Service: StorageService.Queue, Method: "POST", Container: Queues.FailureReports }, status: 503, times: int.MaxValue);

        var answer = await app.ReportAsync(app.Android("""{"action":"update_fail","version_name":"1.4.1"}"""));

        answer.Require(
            HttpStatusCode.TooManyRequests,
            """{"error":"too_many_requests","message":"Too many requests","kind":"failed","moreInfo":{"retryAfterSeconds":30}}""");
        Assert.Equal("30", answer.RetryAfter);
    }

    private Task RequireTallyAsync(ConformanceApp app, OutcomeTally expected) => Eventually.True(
        async () => await server.Storage.TallyAsync(app.Id, "1.4.1") == expected, $"The outcomes of {app.Id} should have become {expected}.");

    private ConformanceApp New(string name) => new(server, name);
}
