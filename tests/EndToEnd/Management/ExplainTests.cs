using System.Net;
using System.Text.Json.Nodes;
using CsCheck;
using Serverless.Tests.EndToEnd.Conformance;
using Serverless.Tests.Support;

namespace Serverless.Tests.EndToEnd.Management;

[Collection(nameof(Conformance))]
public sealed class ExplainTests(ConformanceServer server)
{
    private const int AnyDevices = 40;

    private static readonly Gen<JsonObject> Fields = Gen.Select(
        Gen.OneOf("1.4.0", "1.4.1", "1.5.0", "builtin", "odd & \"name\""),
        Gen.OneOf("1.0.0", "1.4", "2.0.0", "1.4.1-rc.1", "unknown"),
        Gen.OneOf("4.15.0", "10.0.0", "6.1.0", "6.24.9", "7.27.8", "8.51.23"),
        Gen.OneOf("", "production", "beta", "nope"),
        Gen.OneOf("", "the app's", "MIIBCgKCAQEAxxxxxxxx"),
        Gen.Select(Gen.OneOf("android", "ios", "electron"), Gen.Bool, Gen.Bool),
        (running, native, plugin, channel, key, build) => new JsonObject
        {
            ["version_name"] = running,
            ["version_build"] = native,
            ["plugin_version"] = plugin,
            ["defaultChannel"] = channel,
            ["key_id"] = key,
            ["platform"] = build.Item1,
            ["is_emulator"] = build.Item2,
            ["is_prod"] = build.Item3,
            ["device_id"] = Guid.NewGuid().ToString(),
        });

    [Fact]
    public async Task Explanation_ends_with_the_answer_that_the_device_then_gets()
    {
        var app = await New("explained").PublishAsync("1.4.1");
        await app.PublishAsync("1.5.0", "beta");
        await app.ConfigureAsync(policy => policy with { Ios = false });
        var key = AppKey.FromPem(await server.Deployment.ReadPublicKeyAsync(app.Id)).Id;

        await Fields.SampleAsync(
            async fields =>
            {
                fields["key_id"] = fields["key_id"]!.GetValue<string>() == "the app's" ? key : fields["key_id"]!.GetValue<string>();
                var body = app.Android(fields.ToJsonString());

                var explained = await server.ExplainAsync(body);
                var answer = await app.CheckAsync(body);

                Assert.Equal(HttpStatusCode.OK, explained.Status);
                Assert.True(
                    JsonNode.DeepEquals(Unsigned(answer.Body), explained.Body["answer"]),
                    $"{explained.Body.ToJsonString()} does not end with {answer.Body.ToJsonString()}");
                Assert.True(Ends(explained.Body, answer.Body), $"{explained.Body.ToJsonString()} does not explain {answer.Body.ToJsonString()}");
            },
            iter: AnyDevices,
            threads: 1);
    }

    [Fact]
    public async Task Offer_is_explained_rule_by_rule_without_its_signature_and_leaves_no_trace()
    {
        var app = await New("explainedoffer").PublishAsync("1.4.1");
        var device = app.Android("""{"version_build":"1.4.0","version_name":"1.4.0"}""");

        var before = await server.ExplainAsync(device);
        var again = await server.ExplainAsync(device);
        await app.CheckAsync(device);
        var after = await server.ExplainAsync(device);

        Assert.Equal(before.Body.ToJsonString(), again.Body.ToJsonString());
        Assert.Equal(("production", "1.4.1"), (Text(before, "channel"), Text(before, "target")));
        Assert.Equal(
            [
                "app pass", "native_version pass", "plugin pass", "channel pass", "builtin pass", "key_state pass", "key pass", "up_to_date pass", "unverified pass", "withdrawn pass", "paused pass", "version_policy pass",
                "min_native pass", "under_native pass", "prod pass", "dev pass", "device pass", "emulator pass", "answer offer 1.4.1 file by file", "failed_before pass",
            ],
            before.Body["trace"]!.AsArray().Select(step => $"{step!["rule"]} {step["verdict"]}"));
        Assert.Equal("""{"exposed":false,"verdict":"none","failedBefore":false,"filesFailedBefore":false}""", before.Body["outcome"]!.ToJsonString());
        Assert.EndsWith(".zip", before.Body["answer"]!["url"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.DoesNotContain("sig=", before.Body.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(device["device_id"]!.GetValue<string>(), before.Body.ToJsonString(), StringComparison.Ordinal);
        Assert.NotNull(after.Body["outcome"]!["offeredAt"]);
    }

    [Fact]
    public async Task Release_that_failed_on_the_device_is_explained_by_the_failure()
    {
        var app = await New("explainedfailure").PublishAsync("1.4.1");
        var device = app.Android();
        await app.CheckAsync(device);
        await app.ReportAsync(app.Android("""{"action":"update_fail","version_name":"1.4.1"}"""));
        await Eventually.True(async () => (await server.Storage.TallyAsync(app.Id, "1.4.1")).Failed == 1, "The failure should have been counted.");

        var explained = await server.ExplainAsync(device);

        Assert.Equal(
            """{"rule":"failed_before","inputs":"the device reported update_fail","verdict":"release_failed_on_device"}""",
            explained.Body["trace"]!.AsArray()[^1]!.ToJsonString());
        Assert.Equal(("failed", "update_fail"), (explained.Body["outcome"]!["verdict"]!.GetValue<string>(), explained.Body["outcome"]!["failureCode"]!.GetValue<string>()));
        Assert.Equal("release_failed_on_device", explained.Body["answer"]!["error"]!.GetValue<string>());
    }

    [Fact]
    public async Task Unknown_app_is_explained_as_such()
    {
        var explained = await server.ExplainAsync(New("explainednowhere").Android());

        Assert.Equal((HttpStatusCode.OK, "app_not_found"), (explained.Status, explained.Body["answer"]!["error"]!.GetValue<string>()));
        Assert.Single(explained.Body["trace"]!.AsArray());
    }

    [Theory]
    [InlineData("com.example.app/devices/44f128a5-ac7a-4c9a-be4c-224b6bf81b20", "version_build=1.0.0", HttpStatusCode.BadRequest, "missing_parameter", "platform")]
    [InlineData("com.example.app/devices/nobody", "platform=ios&version_build=1.0.0", HttpStatusCode.BadRequest, "invalid_parameter", "device")]
    [InlineData("nonsense/devices/44f128a5-ac7a-4c9a-be4c-224b6bf81b20", "platform=ios&version_build=1.0.0", HttpStatusCode.NotFound, "app_not_found", null)]
    public async Task Question_that_cannot_be_answered_is_a_problem(string device, string query, HttpStatusCode status, string code, string? member) =>
        (await server.ManageAsync(HttpMethod.Get, $"{device}/explain?{query}")).RequireProblem(status, code, member);

    /// <summary>The last step's verdict is the answer's code, or the offer that no failure speaks against.</summary>
    private static bool Ends(JsonNode explained, JsonNode answer)
    {
        var steps = explained["trace"]!.AsArray();
        return answer["error"] is { } code
            ? steps[^1]!["verdict"]!.GetValue<string>() == code.GetValue<string>()
            : steps[^2]!["verdict"]!.GetValue<string>() == $"offer {answer["version"]} {(answer["manifest"] is null ? "as a zip" : "file by file")}" && steps[^1]!["verdict"]!.GetValue<string>() == "pass";
    }

    /// <summary>The answer without what only the device may have.</summary>
    private static JsonNode Unsigned(JsonNode answer)
    {
        var shown = answer.DeepClone();
        Strip(shown, "url");
        foreach (var file in shown["manifest"]?.AsArray() ?? [])
        {
            Strip(file!, "download_url");
        }

        return shown;

        static void Strip(JsonNode holder, string property)
        {
            if (holder[property]?.GetValue<string>() is { } url)
            {
                holder[property] = url[..url.IndexOf('?', StringComparison.Ordinal)];
            }
        }
    }

    private static string Text(ManagementAnswer answer, string property) => answer.Body[property]!.GetValue<string>();

    private ConformanceApp New(string name) => new(server, name);
}
