using Serverless.Channels;

namespace Serverless.Tests.EndToEnd.Conformance;

/// <summary>What a channel's policy and pointer make of a check.</summary>
[Collection(nameof(Conformance))]
public sealed class PolicyPairs(ConformanceServer server)
{
    private const string NoChannel = """{"error":"no_channel","message":"<text>","kind":"blocked","version":"1.4.0"}""";

    [Fact]
    public async Task Pair_13_major_policy()
    {
        var app = await New("pair13").PublishAsync("2.0.0");

        (await app.CheckAsync(app.Android())).Require(
            """{"error":"disable_auto_update_to_major","message":"Cannot upgrade major version","kind":"blocked","major":true,"version":"2.0.0","old":"1.4.0"}""");
    }

    [Fact]
    public async Task Pair_14_minor_policy()
    {
        var app = await New("pair14minor").PublishAsync("1.5.0");
        await app.ConfigureAsync(policy => policy with { Versions = VersionPolicy.Minor });

        (await app.CheckAsync(app.Android())).Require(StoreUpdate("disable_auto_update_to_minor", "1.5.0"));
    }

    [Fact]
    public async Task Pair_14_patch_policy()
    {
        var app = await New("pair14patch").PublishAsync("1.4.1");
        await app.ConfigureAsync(policy => policy with { Versions = VersionPolicy.Patch });

        (await app.CheckAsync(app.Android())).Require(StoreUpdate("disable_auto_update_to_patch", "1.4.1"));
    }

    [Fact]
    public async Task Pair_15_min_version()
    {
        var app = await New("pair15").PublishAsync("1.4.1", minNative: "1.5.0");
        await app.ConfigureAsync(policy => policy with { Versions = VersionPolicy.VersionNumber });

        (await app.CheckAsync(app.Android())).Require(StoreUpdate("disable_auto_update_to_metadata", "1.4.1"));
    }

    [Fact]
    public async Task Pair_16_under_native()
    {
        var app = await New("pair16").PublishAsync("1.3.9");

        (await app.CheckAsync(app.Android())).Require(Blocked("disable_auto_update_under_native", "1.3.9"));
    }

    [Fact]
    public async Task Pair_16_under_native_without_the_guard()
    {
        var app = await New("pair16off").PublishAsync("1.3.9");
        await app.ConfigureAsync(policy => policy with { AllowUnderNative = true });

        (await app.CheckAsync(app.Android())).Require(ConformanceApp.Offer("1.3.9"));
    }

    [Fact]
    public async Task Pair_17_dev_build()
    {
        var app = await New("pair17").PublishAsync("1.4.1");
        await app.ConfigureAsync(policy => policy with { Dev = false });

        (await app.CheckAsync(app.Android("""{"is_prod":false}"""))).Require(Blocked("disable_dev_build"));
    }

    [Fact]
    public async Task Pair_18_emulator()
    {
        var app = await New("pair18").PublishAsync("1.4.1");
        await app.ConfigureAsync(policy => policy with { Emulator = false });

        (await app.CheckAsync(app.Android("""{"is_emulator":true}"""))).Require(Blocked("disable_emulator"));
    }

    [Fact]
    public async Task Pair_19_prod_off()
    {
        var app = await New("pair19prod").PublishAsync("1.4.1");
        await app.ConfigureAsync(policy => policy with { Prod = false });

        (await app.CheckAsync(app.Android())).Require(Blocked("disable_prod_build"));
    }

    [Fact]
    public async Task Pair_19_device_off()
    {
        var app = await New("pair19device").PublishAsync("1.4.1");
        await app.ConfigureAsync(policy => policy with { Device = false });

        (await app.CheckAsync(app.Android())).Require(Blocked("disable_device"));
    }

    [Fact]
    public async Task Pair_20_platform_off()
    {
        var app = await New("pair20").PublishAsync("1.4.1");
        await app.ConfigureAsync(policy => policy with { Ios = false, Electron = false });

        (await app.CheckAsync(app.Ios())).Require(NoChannel);
    }

    [Fact]
    public async Task Pair_21_named_channel()
    {
        var app = await New("pair21").PublishAsync("1.4.1");
        await app.PublishAsync("1.4.2", "beta");

        (await app.CheckAsync(app.Android("""{"defaultChannel":"beta"}"""))).Require(ConformanceApp.Offer("1.4.2"));
        (await app.CheckAsync(app.Android("""{"defaultChannel":"nope"}"""))).Require(NoChannel);
    }

    [Fact]
    public async Task Pair_22_private_channel()
    {
        var app = await New("pair22").PublishAsync("1.4.1");
        await app.PublishAsync("1.4.2", "private");
        await app.ChangeChannelAsync(channel => channel with { AllowSelfSet = false }, "private");

        (await app.CheckAsync(app.Android("""{"defaultChannel":"private"}"""))).Require(NoChannel);
    }

    [Fact]
    public async Task Pair_23_revert()
    {
        var app = await New("pair23").PublishAsync("1.4.1");
        await app.ChangeChannelAsync(channel => channel.PointAt(null));

        (await app.CheckAsync(app.Android("""{"version_name":"1.4.1"}"""))).Require("""{"version":"builtin"}""");
    }

    [Theory]
    [InlineData("1.4.0")]
    [InlineData("builtin")]
    public async Task Pair_24_revert_done(string running)
    {
        var app = await New($"pair24{(running == "builtin" ? "older" : "newer")}").PublishAsync("1.4.1");
        await app.ChangeChannelAsync(channel => channel.PointAt(null));

        (await app.CheckAsync(app.Android($$"""{"version_name":"{{running}}"}"""))).Require(
            $$"""{"error":"already_on_builtin","message":"Already on builtin","kind":"up_to_date","version":"{{running}}"}""");
    }

    private static string Blocked(string code, string version = "1.4.1") =>
        $$"""{"error":"{{code}}","message":"<text>","kind":"blocked","version":"{{version}}","old":"1.4.0"}""";

    private static string StoreUpdate(string code, string version) =>
        $$"""{"error":"{{code}}","message":"<text>","kind":"blocked","major":true,"version":"{{version}}","old":"1.4.0"}""";

    private ConformanceApp New(string name) => new(server, name);
}
