using Serverless.Devices;
using Serverless.Tests.Unit.Releases;
using Serverless.Updates;

namespace Serverless.Tests.Unit.Updates;

public sealed class UpdateDecisionTests
{
    private const string Key = "MIIBCgKCAQEAqJikYizo";

    private static readonly AppSnapshot App = TestSnapshots.Of(
        [
            TestSnapshots.Channel("production", "1.4.1", id: 1),
            TestSnapshots.Channel("beta", "1.5.0-beta.1", id: 2),
            TestSnapshots.Channel("internal", "1.6.0", id: 3) with { AllowSelfSet = false },
            TestSnapshots.Channel("store", null, id: 4),
            TestSnapshots.Channel("recalled", "1.3.0", id: 5),
            TestSnapshots.Channel("lost", "1.2.0", id: 6),
        ],
        TestReleases.New("1.4.1", Key),
        TestReleases.New("1.5.0-beta.1"),
        TestReleases.New("1.6.0"),
        TestReleases.New("1.3.0") with { WithdrawnBecause = "too many failures" });

    [Theory]
    [InlineData(null, "offer 1.4.1")]
    [InlineData("production", "offer 1.4.1")]
    [InlineData("beta", "offer 1.5.0-beta.1")]
    [InlineData("Beta", "no_channel")]
    [InlineData("nope", "no_channel")]
    [InlineData("internal", "no_channel")]
    [InlineData("recalled", "release_withdrawn")]
    [InlineData("lost", "release_withdrawn")]
    [InlineData("store", "revert")]
    public void Device_gets_what_its_channel_points_at_and_never_another(string? channel, string expected) =>
        Assert.Equal(expected, Decide(TestDevices.Current with { Channel = channel }));

    [Fact]
    public void Unknown_app_is_blocked() =>
        Assert.Equal("app_not_found", Decide(TestDevices.Current, AppSnapshot.Unknown(TestDevices.Current.App)));

    [Fact]
    public void App_without_a_public_channel_serves_only_those_who_ask_by_name()
    {
        var app = TestSnapshots.Of([TestSnapshots.Channel("beta", "1.4.1")], TestReleases.New("1.4.1"));

        Assert.Equal("app_not_found", Decide(TestDevices.Current, app));
        Assert.Equal("app_not_found", Decide(TestDevices.Current with { Channel = "nope" }, app));
        Assert.Equal("offer 1.4.1", Decide(TestDevices.Current with { Channel = "beta" }, app));
    }

    [Fact]
    public void First_of_several_public_channels_is_followed()
    {
        var app = TestSnapshots.Of(
            [TestSnapshots.Channel("second", "1.6.0", id: 2) with { Public = true }, TestSnapshots.Channel("production", "1.4.1", id: 1)],
            TestReleases.New("1.4.1"),
            TestReleases.New("1.6.0"));

        Assert.Equal("offer 1.4.1", Decide(TestDevices.Current, app));
    }

    [Theory]
    [InlineData("1.4.1", "no_new_version_available")]
    [InlineData("1.4.1+build", "offer 1.4.1")]
    [InlineData("1.4.2", "offer 1.4.1")]
    [InlineData("2.0.0", "offer 1.4.1")]
    [InlineData("builtin", "offer 1.4.1")]
    [InlineData("", "offer 1.4.1")]
    public void Only_the_very_text_is_up_to_date(string running, string expected) =>
        Assert.Equal(expected, Decide(TestDevices.Current with { VersionName = running }));

    [Fact]
    public void Device_on_a_withdrawn_release_is_not_told_to_leave_for_nothing() =>
        Assert.Equal("no_new_version_available", Decide(TestDevices.Current with { Channel = "recalled", VersionName = "1.3.0" }));

    [Theory]
    [InlineData("builtin", "1.0.0", "8.51.23", "already_on_builtin")]
    [InlineData("1.0.0", "1.0.0", "8.51.23", "already_on_builtin")]
    [InlineData("", "1.0.0", "8.51.23", "already_on_builtin")]
    [InlineData("builtin", "1.0.0", "10.0.0", "already_on_builtin")]
    [InlineData("1.4.1", "1.0.0", "8.51.23", "revert")]
    [InlineData("1.4.1", "1.0.0", "6.2.0", "revert")]
    [InlineData("1.4.1", "1.0.0", "6.1.9", "revert_to_builtin_plugin_version_too_old")]
    [InlineData("1.4.1", "1.0.0", "10.0.0", "revert_to_builtin_plugin_version_too_old")]
    public void Builtin_is_gone_back_to_once(string running, string native, string plugin, string expected) => Assert.Equal(
        expected,
        Decide((TestDevices.Current with { Channel = "store", VersionName = running, Plugin = Words.Plugin(plugin) }).OnNative(native)));

    [Theory]
    [InlineData(null, "8.51.23", null, "offer 1.4.1")]
    [InlineData(Key, "8.51.23", null, "offer 1.4.1 signed")]
    [InlineData(Key, "7.27.8", null, "offer 1.4.1 signed")]
    [InlineData(Key, "10.0.0", null, "unsupported_plugin_version")]
    [InlineData(null, "10.0.0", null, "offer 1.4.1")]
    [InlineData("MIIBCgKCAQEAxxxxxxxx", "8.51.23", null, "key_id_mismatch")]
    [InlineData("MIIB", "8.40.7", null, "offer 1.4.1 signed")]
    [InlineData("MIIX", "8.40.7", null, "key_id_mismatch")]
    [InlineData(Key, "8.51.23", "beta", "key_id_mismatch")]
    public void Form_is_the_one_that_the_device_can_verify(string? key, string plugin, string? channel, string expected) => Assert.Equal(
        expected, Decide(TestDevices.Current with { KeyId = key, Plugin = Words.Plugin(plugin), Channel = channel }));

    private static string Decide(DeviceRequest device, AppSnapshot? app = null) => UpdateDecision.Decide(new UpdateQuestion(app ?? App, device)) switch
    {
        UpdateDecision.Offer { Form: null } offer => $"offer {offer.Release.Version}",
        UpdateDecision.Offer { Form: { } form } offer when form.KeyId.StartsWith(device.KeyId!, StringComparison.Ordinal) => $"offer {offer.Release.Version} signed",
        UpdateDecision.Revert => "revert",
        UpdateDecision.UpToDate upToDate => upToDate.Code,
        UpdateDecision.Blocked blocked => blocked.Code,
        var other => $"{other}",
    };
}
