using Serverless.Devices;
using Serverless.Keys;
using Serverless.Tests.Unit.Releases;
using Serverless.Tests.Unit.Updates;
using Serverless.Updates;
using static Serverless.Tests.Unit.Keys.TestKeys;

namespace Serverless.Tests.Unit.Keys;

/// <summary>What devices are told by the state of the key they carry.</summary>
public sealed class KeyRuleTests
{
    private static readonly DeviceRequest Device = TestDevices.Current with { KeyId = Old };

    [Fact]
    public void Active_key_gets_the_release_in_its_own_form()
    {
        Assert.Equal(Old, Offered(Of(Old), Device));
        Assert.Equal(New, Offered(Of(Old), Device with { KeyId = New }));
    }

    [Fact]
    public void Retired_key_is_told_to_update_the_app()
    {
        var blocked = Assert.IsType<UpdateDecision.Blocked>(Decide(Of(Old, KeyState.Retired), Device));

        Assert.Equal(("key_retired", true, "1.4.1", "1.4.0"), (blocked.Code, blocked.NeedsStoreUpdate, blocked.Version?.Value, blocked.Old));
        Assert.Equal(New, Offered(Of(Old, KeyState.Retired), Device with { KeyId = New }));
    }

    [Fact]
    public void Retired_key_does_not_keep_a_device_from_going_back_to_builtin() =>
        Assert.IsType<UpdateDecision.Revert>(Decide(Of(Old, KeyState.Retired), Device, target: null));

    [Theory]
    [InlineData("8.51.23", "1.4.0", true)]
    [InlineData("6.2.0", "1.4.0", true)]
    [InlineData("6.1.0", "1.4.0", false)]
    [InlineData("8.51.23", "builtin", false)]
    [InlineData("8.51.23", "1.0.0", false)]
    public void Disabled_key_sends_devices_that_can_back_to_builtin(string plugin, string running, bool reverts)
    {
        var decision = Decide(Of(Old, KeyState.Disabled, DisabledAnswer.Builtin), Device with { Plugin = Words.Plugin(plugin), VersionName = running });

        Assert.Equal(reverts ? "revert to builtin" : "key_disabled", UpdateTraceStep.Describe(decision));
    }

    [Theory]
    [InlineData("1.4.0")]
    [InlineData("1.4.1")]
    [InlineData("builtin")]
    public void Disabled_key_leaves_devices_where_they_are_if_that_is_wanted(string running)
    {
        var decision = Decide(Of(Old, KeyState.Disabled, DisabledAnswer.Block), Device with { VersionName = running });

        Assert.Equal(("key_disabled", true), (UpdateTraceStep.Describe(decision), ((UpdateDecision.Blocked)decision).NeedsStoreUpdate));
    }

    [Fact]
    public void Disabled_key_counts_whatever_the_channel_would_say()
    {
        var closed = TestSnapshots.Channel("production", "1.4.1");
        var app = App(Of(Old, KeyState.Disabled, DisabledAnswer.Builtin), [closed with { Policy = closed.Policy with { Prod = false, Device = false } }]);

        Assert.IsType<UpdateDecision.Revert>(UpdateDecision.Decide(new UpdateQuestion(app, Device)));
    }

    [Theory]
    [InlineData(KeyState.Active)]
    [InlineData(KeyState.Retired)]
    [InlineData(KeyState.Disabled)]
    internal void Short_id_that_fits_two_keys_is_offered_nothing(KeyState state) => Assert.Equal(
        "key_id_mismatch", UpdateTraceStep.Describe(Decide(Of(Old, state, DisabledAnswer.Builtin), Device with { KeyId = "MIIB" })));

    [Fact]
    public void Device_without_a_key_is_served_whatever_becomes_of_keys() =>
        Assert.IsType<UpdateDecision.Offer>(Decide(Of(Old, KeyState.Disabled, DisabledAnswer.Builtin), Device with { KeyId = null }));

    [Fact]
    public void Trace_names_the_key_and_its_state()
    {
        var trace = new List<UpdateTraceStep>();
        UpdateDecision.Decide(new UpdateQuestion(App(Of(Old, KeyState.Retired)), Device), trace);

        Assert.Equal(new UpdateTraceStep("key_state", $"key {Old} is Retired", "key_retired"), trace[^1]);
    }

    private static string? Offered(KnownKey old, DeviceRequest device) => Assert.IsType<UpdateDecision.Offer>(Decide(old, device)).Form?.KeyId;

    private static UpdateDecision Decide(KnownKey old, DeviceRequest device, string? target = "1.4.1") =>
        UpdateDecision.Decide(new UpdateQuestion(App(old, [TestSnapshots.Channel("production", target)]), device));

    private static AppSnapshot App(KnownKey old, Serverless.Channels.Channel[]? channels = null) =>
        TestSnapshots.Of(channels ?? [TestSnapshots.Channel("production", "1.4.1")], TestReleases.New("1.4.1", Old, New)) with { Keys = States(old, Of(New)) };
}
