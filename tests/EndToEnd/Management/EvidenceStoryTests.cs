using System.Net;
using System.Text.Json.Nodes;
using Serverless.Outcomes;
using Serverless.Tests.EndToEnd.Conformance;
using Serverless.Tests.Support;

namespace Serverless.Tests.EndToEnd.Management;

/// <summary>What reports are worth: forged ones and repeated ones move nothing, tickets vouch for a device, and errors can be read.</summary>
[Collection(nameof(Conformance))]
public sealed class EvidenceStoryTests(ConformanceServer server)
{
    private const int Reports = 10_000;
    private const int EventsPerReport = 1000;
    private const int Forgers = 500;

    [Fact]
    public async Task Ten_thousand_forged_and_ten_thousand_repeated_reports_decide_nothing_and_are_counted_exactly()
    {
        var app = await New("forged").PublishAsync("1.4.1");
        (await app.CheckAsync(app.Android())).Require(ConformanceApp.Offer("1.4.1"));
        var forged = Enumerable.Range(0, Reports).Select(at => Failure(app, $"44f128a5-ac7a-4c9a-be4c-{at % Forgers:x12}", at));
        var repeated = Enumerable.Range(0, Reports).Select(at => Failure(app, "44f128a5-ac7a-4c9a-be4c-224b6bf81b20", at));

        foreach (var events in forged.Concat(repeated).Chunk(EventsPerReport))
        {
            // Storage that is too slow is answered 429, and then the same report comes again: that must not count twice, either.
            var report = new JsonArray(events);
            await Eventually.True(async () => (await app.ReportAsync(report)).Status == HttpStatusCode.OK, "The report should have been taken in.");
        }

        var expected = new OutcomeTally(Exposed: 1, Good: 0, Failed: 1, Discarded: Forgers);
        await Eventually.True(async () => await server.Storage.TallyAsync(app.Id, "1.4.1") == expected, $"The outcomes of {app.Id} should have become {expected}.");
        Assert.Null(await server.Storage.FindIncidentAsync(app.Id, "1.4.1"));
        Assert.Equal("1.4.1", (await server.Storage.FindProductionAsync(app.Id))!.Target?.Value);
    }

    [Fact]
    public async Task Backend_gets_a_ticket_for_a_device_of_an_app_that_exists()
    {
        var app = await New("tickets").PublishAsync("1.4.1");
        const string device = """{"device":"44f128a5-ac7a-4c9a-be4c-224b6bf81b20"}""";

        var issued = await server.ManageAsync(HttpMethod.Post, $"{app.Id}/tickets", device);

        Assert.Equal(HttpStatusCode.OK, issued.Status);
        Assert.Matches("^t[0-9a-f]{4}[A-Za-z0-9_-]{22}$", issued.Body["ticket"]!.GetValue<string>());
        Assert.Matches("^20[0-9]{2}-[0-9]{2}-[0-9]{2}$", issued.Body["expires"]!.GetValue<string>());
        (await server.ManageAsync(HttpMethod.Post, $"{app.Id}/tickets", """{"device":"x"}""")).RequireProblem(HttpStatusCode.BadRequest, "invalid_member", "device");
        (await server.ManageAsync(HttpMethod.Post, $"{app.Id}/tickets", "{}")).RequireProblem(HttpStatusCode.BadRequest, "invalid_member", "device");
        (await server.ManageAsync(HttpMethod.Post, "com.example.ticketsnowhere/tickets", device)).RequireProblem(HttpStatusCode.NotFound, "app_not_found");
    }

    [Fact]
    public async Task Errors_are_listed_without_what_is_personal_in_them()
    {
        var app = await New("errors").PublishAsync("1.4.1");
        await app.CheckAsync(app.Android());
        await app.ReportAsync(new JsonArray(app.Android(
            """
            {"action":"webview_javascript_error","version_name":"1.4.1","timestamp":1764000000000,
             "metadata":{"message":"No user 4711 at jane@example.com","error_type":"TypeError","stack":"at secret"}}
            """)));

        await Eventually.True(async () => (await ErrorsAsync(app, "")).Count == 1, "The error should have been counted.");

        var error = Assert.Single(await ErrorsAsync(app, "?version=1.4.1&code=webview_javascript_error"))!;
        Assert.Equal(
            ("1.4.1", "TypeError: No user # at (e-mail)", 1, "8.51", "android-14", "1.4.0"),
            (Text(error, "version"), Text(error, "line"), error["devices"]!.GetValue<long>(), Text(error, "plugin"), Text(error, "os"), Text(error, "native")));
        Assert.DoesNotContain("secret", error.ToJsonString(), StringComparison.Ordinal);
        Assert.Empty(await ErrorsAsync(app, "?code=app_crash"));
        (await server.ManageAsync(HttpMethod.Get, $"{app.Id}/errors?version=x")).RequireProblem(HttpStatusCode.BadRequest, "invalid_parameter", "version");
    }

    private static JsonObject Failure(ConformanceApp app, string device, int at) =>
        app.Android($$"""{"device_id":"{{device}}","action":"update_fail","version_name":"1.4.1","timestamp":{{1764000000000 + at}}}""");

    private static string Text(JsonNode node, string member) => node[member]!.GetValue<string>();

    private async Task<JsonArray> ErrorsAsync(ConformanceApp app, string query) =>
        (await server.ManageAsync(HttpMethod.Get, $"{app.Id}/errors{query}")).Body["errors"]!.AsArray();

    private ConformanceApp New(string name) => new(server, name);
}
