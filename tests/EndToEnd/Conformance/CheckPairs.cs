using System.Net;
using System.Text.Json.Nodes;

namespace Serverless.Tests.EndToEnd.Conformance;

/// <summary>Update checks of devices without a key, good requests and bad ones.</summary>
[Collection(nameof(Conformance))]
public sealed class CheckPairs(ConformanceServer server)
{
    private const string UpToDate =
        """{"error":"no_new_version_available","message":"No new version available","kind":"up_to_date","version":"1.4.1"}""";

    [Fact]
    public async Task Pair_01_new_zip()
    {
        var app = await New("pair01").PublishAsync("1.4.1");

        (await app.CheckAsync(app.Android())).Require(ConformanceApp.Offer("1.4.1"));
    }

    [Fact]
    public async Task Pair_02_old_ios_on_builtin()
    {
        var app = await New("pair02").PublishAsync("1.4.1");

        (await app.CheckAsync(app.Ios("""{"version_name":"builtin","plugin_version":"8.41.12"}"""))).Require(ConformanceApp.Offer("1.4.1"));
    }

    [Fact]
    public async Task Pair_03_up_to_date()
    {
        var app = await New("pair03").PublishAsync("1.4.1");

        (await app.CheckAsync(app.Android("""{"version_name":"1.4.1"}"""))).Require(UpToDate);
    }

    /// <summary>6.25 is where manifests and SHA-256 begin alike, so a plugin without the one gets the CRC-32.</summary>
    [Fact]
    public async Task Pair_05_manifest_gate()
    {
        var app = await New("pair05").PublishAsync("1.4.1");

        (await app.CheckAsync(app.Android("""{"plugin_version":"6.24.9"}"""))).Require(ConformanceApp.LegacyOffer("1.4.1"));
    }

    [Fact]
    public async Task Pair_06_misnumbered_plugin()
    {
        var app = await New("pair06").PublishAsync("1.4.1");
        var body = app.Android("""{"plugin_version":"10.0.0"}""");
        body.Remove("install_source");
        body.Remove("defaultChannel");

        (await app.CheckAsync(body)).Require(ConformanceApp.LegacyOffer("1.4.1"));
    }

    [Fact]
    public async Task Pair_07_upper_case_device_is_the_lower_case_one()
    {
        var app = await New("pair07").PublishAsync("1.4.1", "beta");
        await app.PublishAsync("1.4.0");
        const string upper = """{"device_id":"0F673663-459A-44C0-A7F5-613F2A4AF3AB","plugin_version":"6.0.0","version_name":"1.3.0"}""";
        (await app.CheckAsync(app.Ios(upper))).Require(ConformanceApp.LegacyOffer("1.4.0"));

        var chosen = app.Ios("""{"device_id":"0f673663-459a-44c0-a7f5-613f2a4af3ab","plugin_version":"6.0.0","channel":"beta"}""");
        (await app.ChannelSelfAsync(HttpMethod.Post, chosen)).Require("""{"status":"ok","allowSet":true}""");

        (await app.CheckAsync(app.Ios(upper))).Require(ConformanceApp.LegacyOffer("1.4.1"));
    }

    [Fact]
    public async Task Pair_26_partial_semver()
    {
        var app = await New("pair26").PublishAsync("1.4.1");

        (await app.CheckAsync(app.Android("""{"version_build":"1.4"}"""))).Require(ConformanceApp.Offer("1.4.1"));
        (await app.CheckAsync(app.Android("""{"version_build":"abc"}"""))).Require(
            HttpStatusCode.BadRequest, """{"error":"semver_error","message":"<text>","kind":"failed","moreInfo":{"version_build":"abc"}}""");
    }

    [Theory]
    [InlineData("device_id", "missing_device_id")]
    [InlineData("app_id", "missing_app_id")]
    public async Task Pair_27_missing_field(string field, string code)
    {
        var app = New("pair27");
        var body = app.Android();
        body.Remove(field);

        (await app.CheckAsync(body)).Require(HttpStatusCode.BadRequest, Fault(code));
    }

    [Theory]
    [InlineData("not json", "invalid_json_parse_body")]
    [InlineData("{}", "invalid_json_body")]
    public async Task Pair_27_missing_body(string body, string code) =>
        (await server.SendAsync(HttpMethod.Post, "api/updates", body)).Require(HttpStatusCode.BadRequest, Fault(code));

    /// <summary>Refusals without a release name the version that runs, lest the iOS timer check twice at each tick.</summary>
    [Fact]
    public async Task Pair_28_unknown_app()
    {
        var app = New("unknown");

        (await app.CheckAsync(app.Android())).Require("""{"error":"app_not_found","message":"<text>","kind":"blocked","version":"1.4.0"}""");
    }

    [Fact]
    public async Task Pair_29_unknown_fields()
    {
        var app = await New("pair29").PublishAsync("1.4.1");

        (await app.CheckAsync(app.Android("""{"foo":{"bar":[1]}}"""))).Require(ConformanceApp.Offer("1.4.1"));
    }

    private static string Fault(string code) => new JsonObject { ["error"] = code, ["message"] = "<text>", ["kind"] = "failed" }.ToJsonString();

    private ConformanceApp New(string name) => new(server, name);
}
