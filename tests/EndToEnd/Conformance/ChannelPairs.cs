using System.Net;

namespace Serverless.Tests.EndToEnd.Conformance;

/// <summary>The four calls of the channel endpoint.</summary>
[Collection(nameof(Conformance))]
public sealed class ChannelPairs(ConformanceServer server)
{
    private const string Ok = """{"status":"ok"}""";
    private const string Fields = "platform=android&is_emulator=false&is_prod=true&version_build=1.4.0&version_name=1.4.0&plugin_version=6.14.25&custom_id=";
    private const string Device = "device_id=44f128a5-ac7a-4c9a-be4c-224b6bf81b20";

    [Fact]
    public async Task Pair_38_set_channel()
    {
        var app = await New("pair38").PublishAsync("1.4.1");
        await app.PublishAsync("1.4.2", "beta");

        (await app.ChannelSelfAsync(HttpMethod.Post, app.Android("""{"channel":"beta"}"""))).Require("""{"status":"ok","allowSet":true}""");
    }

    [Fact]
    public async Task Pair_39_refused_channel()
    {
        var app = await New("pair39").PublishAsync("1.4.1");
        await app.PublishAsync("1.4.2", "private");
        await app.ChangeChannelAsync(channel => channel with { AllowSelfSet = false }, "private");

        (await app.ChannelSelfAsync(HttpMethod.Post, app.Android("""{"channel":"nope"}"""))).Require(Refusal("channel_not_found"));
        (await app.ChannelSelfAsync(HttpMethod.Post, app.Android("""{"channel":"private"}"""))).Require(Refusal("channel_self_set_not_allowed"));
        (await app.ChannelSelfAsync(HttpMethod.Post, app.Android("""{"channel":"production"}"""))).Require(Refusal("public_channel_self_set_not_allowed"));
        (await app.ChannelSelfAsync(HttpMethod.Post, app.Android())).Require(Refusal("missing_channel"));
    }

    [Fact]
    public async Task Pair_40_get_channel()
    {
        var app = await New("pair40").PublishAsync("1.4.1");
        await app.PublishAsync("1.4.2", "beta");

        (await app.ChannelSelfAsync(HttpMethod.Put, app.Android("""{"defaultChannel":"beta"}"""))).Require(
            """{"channel":"beta","status":"default","allowSet":true}""");
    }

    [Fact]
    public async Task Pair_41_list_channels()
    {
        var app = await New("pair41").PublishAsync("1.4.1");

        (await app.ChannelSelfAsync(HttpMethod.Get, body: null, $"?{Fields}&app_id={app.Id}")).Require(
            """[{"id":1,"name":"production","public":true,"allow_self_set":false}]""");
    }

    [Fact]
    public async Task Pair_41_list_no_channels()
    {
        var app = await New("pair41none").PublishAsync("1.4.1");
        await app.ConfigureAsync(policy => policy with { Android = false });

        (await app.ChannelSelfAsync(HttpMethod.Get, body: null, $"?{Fields}&app_id={app.Id}")).Require("[]");
    }

    [Fact]
    public async Task Pair_42_list_error() =>
        (await New("pair42").ChannelSelfAsync(HttpMethod.Get, body: null, $"?{Fields}")).Require(
            HttpStatusCode.BadRequest, """{"error":"missing_app_id","message":"<text>","kind":"failed"}""");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pair_43_unset_channel(bool inBody)
    {
        var app = await New(inBody ? "pair43body" : "pair43query").PublishAsync("1.4.1");
        await app.PublishAsync("1.4.2", "beta");
        var old = app.Android("""{"plugin_version":"6.33.0","channel":"beta"}""");
        (await app.ChannelSelfAsync(HttpMethod.Post, old)).Require("""{"status":"ok","allowSet":true}""");
        (await app.CheckAsync(old)).Require(ConformanceApp.Offer("1.4.2"));

        (await (inBody
            ? app.ChannelSelfAsync(HttpMethod.Delete, old)
            : app.ChannelSelfAsync(HttpMethod.Delete, body: null, $"?{Fields}&{Device}&app_id={app.Id}"))).Require(Ok);

        (await app.CheckAsync(old)).Require(ConformanceApp.Offer("1.4.1"));
    }

    private static string Refusal(string code) => $$"""{"error":"{{code}}","message":"<text>"}""";

    private ConformanceApp New(string name) => new(server, name);
}
