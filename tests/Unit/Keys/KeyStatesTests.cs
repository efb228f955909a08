using Serverless.Keys;
using Serverless.Releases;
using Serverless.Tests.Unit.Releases;
using static Serverless.Tests.Unit.Keys.TestKeys;

namespace Serverless.Tests.Unit.Keys;

public sealed class KeyStatesTests
{
    private static readonly Release Both = TestReleases.New("1.0.0", Old, New);

    [Theory]
    [InlineData(KeyState.Active, KeyState.Retired, KeyState.Retired)]
    [InlineData(KeyState.Retired, KeyState.Active, KeyState.Active)]
    [InlineData(KeyState.Active, KeyState.Disabled, KeyState.Disabled)]
    [InlineData(KeyState.Disabled, KeyState.Active, KeyState.Disabled)]
    [InlineData(KeyState.Disabled, KeyState.Retired, KeyState.Disabled)]
    internal void App_has_its_own_state_of_every_key_but_one_that_is_disabled_for_all(KeyState everywhere, KeyState ofApp, KeyState expected) =>
        Assert.Equal(expected, KeyStates.Of([Of(Old, everywhere)], [Of(Old, ofApp)]).Find(Old)?.State);

    [Fact]
    public void Key_that_nobody_told_of_is_active_and_not_found()
    {
        Assert.Null(KeyStates.None.Find(Old));
        Assert.True(KeyStates.None.IsActive(Old));
        Assert.Equal(Old, KeyStates.None.FormFor(Both, Old)?.KeyId);
    }

    [Theory]
    [InlineData(KeyState.Active, true)]
    [InlineData(KeyState.Retired, false)]
    [InlineData(KeyState.Disabled, false)]
    internal void Form_of_a_key_that_is_not_active_is_never_given(KeyState state, bool isGiven)
    {
        var states = States(Of(Old, state), Of(New));

        Assert.Equal(isGiven, states.FormFor(Both, Old) is not null);
        Assert.Equal(New, states.FormFor(Both, New)?.KeyId);
    }

    [Theory]
    [InlineData(KeyState.Active)]
    [InlineData(KeyState.Retired)]
    [InlineData(KeyState.Disabled)]
    internal void Short_id_that_may_be_another_keys_gets_no_form_whatever_has_become_of_that_key(KeyState state)
    {
        var states = States(Of(Old, state), Of(New));
        var signedWithOneOnly = TestReleases.New("1.1.0", New);

        Assert.Null(states.FormFor(signedWithOneOnly, "MIIB"));
        Assert.Null(states.Find("MIIB"));
        Assert.Equal(New, states.FormFor(signedWithOneOnly, New)?.KeyId);
    }

    [Fact]
    public void Short_id_means_the_only_key_there_is()
    {
        var states = States(Of(New));

        Assert.Equal(New, states.FormFor(TestReleases.New("1.1.0", New), "MIIB")?.KeyId);
        Assert.Equal(New, states.Find("MIIB")?.KeyId);
        Assert.Null(states.FormFor(Both, "MIIB"));
    }

    [Theory]
    [InlineData(null, "none")]
    [InlineData("MIIB", "short")]
    [InlineData("ABCD", "other")]
    [InlineData("", "short")]
    [InlineData(Old, "MIIBCgKCAQEAold-_old")]
    [InlineData("MIIBCgKCAQEAforeign0", "other")]
    public void Devices_are_counted_by_what_they_say_as_far_as_it_is_known(string? sent, string expected) =>
        Assert.Equal(expected, CarriedKey.Of(sent, States(Of(Old), Of(New))));

    [Fact]
    public void Name_of_a_key_is_read_back_in_either_spelling()
    {
        Assert.True(KeyName.TryParse(KeyName.Of(Old), out var read));
        Assert.True(KeyName.TryParse(Old, out var plain));
        Assert.False(KeyName.TryParse("MIIB", out _));
        Assert.False(KeyName.TryParse("MIIBCgKCAQEAold+/ol'", out _));
        Assert.Equal((Old, Old), (read, plain));
    }
}
