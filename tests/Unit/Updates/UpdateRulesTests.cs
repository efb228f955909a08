using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Serverless.Channels;
using Serverless.Deltas;
using Serverless.Devices;
using Serverless.Releases;
using Serverless.Tests.Unit.Releases;
using Serverless.Updates;

namespace Serverless.Tests.Unit.Updates;

/// <summary>
/// Each rule with the very answer a device gets, in short: an offered version, <c>builtin</c>, or code, kind and version of a refusal with
/// what the version was held against and whether the store has to help.
/// </summary>
public sealed class UpdateRulesTests : IDisposable
{
    private const string Key = "MIIBCgKCAQEAqJikYizo";

    /// <summary>Native build and running bundle are 1.4.0.</summary>
    private static readonly DeviceRequest Device = TestDevices.Current.OnNative("1.4.0");

    private readonly DownloadLinks _links;
    private readonly FileLists _lists;
    private readonly UpdateAnswers _answers;

    public UpdateRulesTests()
    {
        var blobs = new BlobServiceClient("UseDevelopmentStorage=true");
        _links = new DownloadLinks(blobs, TimeProvider.System, Options.Create(new DownloadOptions()));
        _lists = new FileLists(new BundleStore(blobs, TimeProvider.System), NullLogger<FileLists>.Instance);
        _answers = new UpdateAnswers(_links, _lists);
    }

    [Fact]
    public async Task App_must_be_known() =>
        Assert.Equal("app_not_found blocked 1.4.0", await SayAsync(AppSnapshot.Unknown(Device.App), Device));

    [Fact]
    public async Task Native_version_must_be_known() =>
        Assert.Equal("unknown_version_build failed 1.4.0", await SayAsync(App("1.4.1"), Device.OnNative("unknown")));

    [Theory]
    [InlineData("4.99.99", "unsupported_plugin_version blocked 1.4.0")]
    [InlineData("5.0.0", "offer 1.4.1")]
    [InlineData("9.0.0", "offer 1.4.1")]
    [InlineData("10.0.0", "offer 1.4.1")]
    public async Task Plugin_major_4_is_not_served(string plugin, string expected) =>
        Assert.Equal(expected, await SayAsync(App("1.4.1"), Device with { Plugin = Words.Plugin(plugin) }));

    [Theory]
    [InlineData("10.0.0", TestReleases.Crc32)]
    [InlineData("7.0.34", TestReleases.Crc32)]
    [InlineData("7.0.35", "sha256")]
    [InlineData("8.51.23", "sha256")]
    public async Task Plain_offer_has_the_checksum_of_the_plugins_era(string plugin, string expected)
    {
        var answer = await AnswerAsync(App("1.4.1"), Device with { Plugin = Words.Plugin(plugin) });

        Assert.Equal(expected == "sha256" ? TestReleases.Digest("1.4.1").Hex : expected, answer.Checksum);
    }

    [Theory]
    [InlineData("None", "1.4.0", "2.0.0", "offer 2.0.0")]
    [InlineData("None", "1.4.0", "1.4.1", "offer 1.4.1")]
    [InlineData("Major", "1.4.0", "2.0.0", "disable_auto_update_to_major blocked 2.0.0 old 1.4.0 major")]
    [InlineData("Major", "1.4.0", "2.0.0-beta.1", "disable_auto_update_to_major blocked 2.0.0-beta.1 old 1.4.0 major")]
    [InlineData("Major", "1.4.0", "1.99.0", "offer 1.99.0")]
    [InlineData("Major", "2.4.0", "1.4.1", "disable_auto_update_under_native blocked 1.4.1 old 2.4.0")]
    [InlineData("Major", "9.0.0", "10.0.0", "disable_auto_update_to_major blocked 10.0.0 old 9.0.0 major")]
    [InlineData("Minor", "1.4.0", "1.4.9", "offer 1.4.9")]
    [InlineData("Minor", "1.4.0", "1.5.0", "disable_auto_update_to_minor blocked 1.5.0 old 1.4.0 major")]
    [InlineData("Minor", "1.4.0", "1.3.9", "disable_auto_update_to_minor blocked 1.3.9 old 1.4.0 major")]
    [InlineData("Minor", "1.4.0", "2.4.0", "disable_auto_update_to_minor blocked 2.4.0 old 1.4.0 major")]
    [InlineData("Patch", "1.4.0", "1.4.1", "disable_auto_update_to_patch blocked 1.4.1 old 1.4.0 major")]
    [InlineData("Patch", "1.4.0", "1.5.0", "disable_auto_update_to_patch blocked 1.5.0 old 1.4.0 major")]
    [InlineData("Patch", "1.4.0", "2.4.0", "disable_auto_update_to_patch blocked 2.4.0 old 1.4.0 major")]
    [InlineData("Patch", "1.4.0", "1.4.0+7", "offer 1.4.0+7")]
    [InlineData("Patch", "1.4.0", "1.4.0-beta.1", "disable_auto_update_under_native blocked 1.4.0-beta.1 old 1.4.0")]
    [InlineData("VersionNumber", "1.4.0", "1.4.1", "misconfigured_channel failed 1.4.0")]
    public async Task Policy_limits_how_far_a_release_may_be_from_the_native_build(string policy, string native, string target, string expected) => Assert.Equal(
        expected, await SayAsync(App(target, new() { Versions = Enum.Parse<VersionPolicy>(policy) }), Device.OnNative(native)));

    [Theory]
    [InlineData("None")]
    [InlineData("Major")]
    [InlineData("Minor")]
    [InlineData("VersionNumber")]
    public async Task Lowest_native_version_holds_under_every_policy(string policy)
    {
        var app = App("1.4.1", new() { Versions = Enum.Parse<VersionPolicy>(policy), AllowUnderNative = true }, new(MinNative: "1.4.1"));

        Assert.Equal("disable_auto_update_to_metadata blocked 1.4.1 old 1.4.0 major", await SayAsync(app, Device));
        Assert.Equal("offer 1.4.1", await SayAsync(app, Device.OnNative("1.4.1")));
        Assert.Equal("offer 1.4.1", await SayAsync(app, Device.OnNative("1.4.2")));
    }

    [Theory]
    [InlineData("1.3.9", false, "disable_auto_update_under_native blocked 1.3.9 old 1.4.0")]
    [InlineData("1.3.9", true, "offer 1.3.9")]
    [InlineData("1.4.0-rc.1", false, "disable_auto_update_under_native blocked 1.4.0-rc.1 old 1.4.0")]
    [InlineData("1.4.0-rc.1", true, "offer 1.4.0-rc.1")]
    [InlineData("1.4.1-rc.1", false, "offer 1.4.1-rc.1")]
    public async Task Release_under_the_native_build_is_held_back_unless_the_channel_allows_it(string target, bool allowed, string expected) =>
        Assert.Equal(expected, await SayAsync(App(target, new() { AllowUnderNative = allowed }), Device));

    [Theory]
    [InlineData("prod", true, false, "disable_prod_build blocked 1.4.1 old 1.4.0")]
    [InlineData("prod", false, false, "offer 1.4.1")]
    [InlineData("dev", false, false, "disable_dev_build blocked 1.4.1 old 1.4.0")]
    [InlineData("dev", true, false, "offer 1.4.1")]
    [InlineData("device", true, false, "disable_device blocked 1.4.1 old 1.4.0")]
    [InlineData("device", true, true, "offer 1.4.1")]
    [InlineData("emulator", true, true, "disable_emulator blocked 1.4.1 old 1.4.0")]
    [InlineData("emulator", true, false, "offer 1.4.1")]
    public async Task Switch_turns_off_its_builds_and_no_others(string off, bool isProd, bool isEmulator, string expected) =>
        Assert.Equal(expected, await SayAsync(App("1.4.1", Without(off)), Device with { IsProd = isProd, IsEmulator = isEmulator }));

    [Theory]
    [InlineData("android", "ios", "offer 1.4.1")]
    [InlineData("ios", "ios", "no_channel blocked 1.4.0")]
    [InlineData("android", "android", "no_channel blocked 1.4.0")]
    [InlineData("electron", "ios", "offer 1.4.1")]
    [InlineData("electron", "electron", "no_channel blocked 1.4.0")]
    [InlineData("web", "ios", "no_channel blocked 1.4.0")]
    [InlineData("", "ios", "no_channel blocked 1.4.0")]
    public async Task Platform_that_the_channel_does_not_serve_has_no_channel(string platform, string off, string expected) =>
        Assert.Equal(expected, await SayAsync(App("1.4.1", Without(off)), Device with { Platform = platform }));

    [Theory]
    [InlineData("beta", "offer 1.5.0")]
    [InlineData("production", "offer 1.4.1")]
    [InlineData("nope", "no_channel blocked 1.4.0")]
    [InlineData("BETA", "no_channel blocked 1.4.0")]
    [InlineData("private", "no_channel blocked 1.4.0")]
    public async Task Named_channel_is_followed_or_none(string channel, string expected)
    {
        var app = TestSnapshots.Of(
            [
                TestSnapshots.Channel("production", "1.4.1", 1),
                TestSnapshots.Channel("beta", "1.5.0", 2),
                TestSnapshots.Channel("private", "1.5.0", 3) with { AllowSelfSet = false },
            ],
            TestReleases.New("1.4.1"),
            TestReleases.New("1.5.0"));

        Assert.Equal(expected, await SayAsync(app, Device with { Channel = channel }));
    }

    [Theory]
    [InlineData("1.4.1", "8.51.23", "builtin")]
    [InlineData("1.4.1", "6.1.9", "revert_to_builtin_plugin_version_too_old blocked 1.4.1")]
    [InlineData("1.4.1", "10.0.0", "revert_to_builtin_plugin_version_too_old blocked 1.4.1")]
    [InlineData("1.4.0", "8.51.23", "already_on_builtin up_to_date 1.4.0")]
    [InlineData("builtin", "8.51.23", "already_on_builtin up_to_date builtin")]
    [InlineData("builtin", "10.0.0", "already_on_builtin up_to_date builtin")]
    public async Task Channel_on_builtin_takes_back_what_runs(string running, string plugin, string expected) =>
        Assert.Equal(expected, await SayAsync(App(target: null), Device with { VersionName = running, Plugin = Words.Plugin(plugin) }));

    [Theory]
    [InlineData("1.4", "1.4.1", "offer 1.4.1")]
    [InlineData("1.4", "1.3.9", "disable_auto_update_under_native blocked 1.3.9 old 1.4")]
    [InlineData("1", "1.0.1", "offer 1.0.1")]
    [InlineData("1", "2.0.0", "disable_auto_update_to_major blocked 2.0.0 old 1 major")]
    [InlineData("v2", "2.0.1", "offer 2.0.1")]
    [InlineData("v2", "3.0.0", "disable_auto_update_to_major blocked 3.0.0 old v2 major")]
    [InlineData("1.2.3.4", "1.2.3+1", "offer 1.2.3+1")]
    [InlineData("1.2.3.4", "1.2.2", "disable_auto_update_under_native blocked 1.2.2 old 1.2.3.4")]
    public async Task Partial_native_version_counts_as_a_whole_one(string native, string target, string expected) =>
        Assert.Equal(expected, await SayAsync(App(target), Device.OnNative(native)));

    [Theory]
    [InlineData(Key, "8.51.23", "offer 1.4.1")]
    [InlineData("MIIBCgKCAQEAxxxxxxxx", "8.51.23", "key_id_mismatch blocked 1.4.1 old 1.4.0")]
    [InlineData(Key, "10.0.0", "unsupported_plugin_version blocked 1.4.1 old 1.4.0")]
    public async Task Key_must_be_one_that_the_release_is_signed_with(string key, string plugin, string expected) => Assert.Equal(
        expected,
        await SayAsync(Signed, Device with { KeyId = key, Plugin = Words.Plugin(plugin) }));

    [Theory]
    [InlineData("5.34.9", false)]
    [InlineData("5.35.0", true)]
    [InlineData("6.34.9", false)]
    [InlineData("6.35.0", true)]
    [InlineData("7.34.9", false)]
    [InlineData("7.35.0", true)]
    [InlineData("8.34.9", false)]
    [InlineData("8.35.0", true)]
    [InlineData("9.40.0", false)]
    [InlineData("10.40.0", false)]
    public async Task Link_and_comment_are_told_from_x_35(string plugin, bool told)
    {
        var app = App("1.4.1", notes: new(Link: "https://example.com/notes", Comment: "Faster start"));

        var answer = await AnswerAsync(app, Device with { Plugin = Words.Plugin(plugin) });

        Assert.Equal(told ? ("https://example.com/notes", "Faster start") : (null, null), (answer.Link, answer.Comment));
    }

    private static AppSnapshot Signed => TestSnapshots.Of([TestSnapshots.Channel("production", "1.4.1")], TestReleases.New("1.4.1", Key));

    public void Dispose()
    {
        _lists.Dispose();
        _links.Dispose();
    }

    private static AppSnapshot App(string? target, ChannelPolicy? policy = null, BundleNotes? notes = null) => TestSnapshots.Of(
        [TestSnapshots.Channel("production", target) with { Policy = policy ?? ChannelPolicy.Default }],
        target is null ? [] : [TestReleases.New(target) with { Notes = notes ?? BundleNotes.None }]);

    private static ChannelPolicy Without(string what) => what switch
    {
        "android" => new() { Android = false },
        "ios" => new() { Ios = false },
        "electron" => new() { Electron = false },
        "prod" => new() { Prod = false },
        "dev" => new() { Dev = false },
        "device" => new() { Device = false },
        "emulator" => new() { Emulator = false },
        _ => throw new ArgumentOutOfRangeException(nameof(what)),
    };

    private async Task<string> SayAsync(AppSnapshot app, DeviceRequest device) => await AnswerAsync(app, device) switch
    {
        { Error: null, Url: null } revert => revert.Version!,
        { Error: null } offer => $"offer {offer.Version}",
        var refusal => $"{refusal.Error} {refusal.Kind} {refusal.Version}{(refusal.Old is { } old ? $" old {old}" : "")}{(refusal.Major is true ? " major" : "")}",
    };

    private ValueTask<UpdateAnswer> AnswerAsync(AppSnapshot app, DeviceRequest device) =>
        _answers.WriteAsync(UpdateDecision.Decide(new UpdateQuestion(app, device)), device, TestContext.Current.CancellationToken);
}
