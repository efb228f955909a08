using Serverless.Channels;
using Serverless.Devices;
using Serverless.Releases;
using Serverless.Rollbacks;
using Serverless.Tests.Unit.Rollouts;

namespace Serverless.Tests.Unit.Rollbacks;

public sealed class ChannelMovesTests
{
    private static readonly BundleVersion Good = BundleVersion.Parse("1.0.0");
    private static readonly BundleVersion Bad = BundleVersion.Parse("1.1.0");
    private static readonly BundleVersion Newest = BundleVersion.Parse("1.2.0");
    private static readonly Cell Ios = new(CellKind.Platform, "ios");

    [Fact]
    public void Channel_that_does_not_lead_to_the_release_has_nothing_to_move() => Assert.Empty(ChannelMoves.Needed(On(Good), Bad, []));

    [Fact]
    public void Rollout_of_the_release_is_aborted_and_the_pointer_stays()
    {
        var channel = On(Good).LeadBy(TestRollouts.To(Bad.Value));

        var move = Assert.Single(ChannelMoves.Needed(channel, Bad, []));
        var after = ChannelMoves.Make(channel, Bad, move, "It was bad.", "recovery").Channel;

        Assert.Equal((MoveKind.Rollout, Good, null), (move.Kind, after.Target, after.Rollout));
    }

    [Fact]
    public void Part_of_the_fleet_is_led_around_the_release_once()
    {
        var move = Assert.Single(ChannelMoves.Needed(On(Bad), Bad, [Ios])) with { Target = Good };

        var after = ChannelMoves.Make(On(Bad), Bad, move, "It was bad.", "recovery").Channel;

        Assert.Equal((Bad, new Detour(Ios, Bad, Good)), (after.Target, Assert.Single(after.Detours)));
        Assert.Empty(ChannelMoves.Needed(after, Bad, [Ios]));
    }

    [Fact]
    public void Detour_to_the_release_is_led_on_when_all_leave_it()
    {
        var channel = On(Newest).WithDetour(Ios, Newest, Bad);

        var move = Assert.Single(ChannelMoves.Needed(channel, Bad, [])) with { Target = Good };
        var after = ChannelMoves.Make(channel, Bad, move, "It was bad.", "recovery").Channel;

        Assert.Equal([new Detour(Ios, Newest, Bad), new Detour(Ios, Bad, Good)], after.Detours);
        Assert.Empty(ChannelMoves.Needed(after, Bad, []));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Words_of_a_move_tell_it_whole(bool isDetour)
    {
        var channel = On(Good).LeadBy(TestRollouts.To(Bad.Value));
        var move = isDetour ? new ChannelMove(ChannelName.Production, Good, MoveKind.Detour, Ios) : new ChannelMove(ChannelName.Production, Good, MoveKind.Rollout);

        var entry = Assert.Single(ChannelMoves.Make(channel, Bad, move, "It was: bad.", "recovery").Ledger);

        Assert.Equal((Bad, move), ChannelMoves.Read(channel, entry.Kind, entry.Why));
    }

    [Theory]
    [InlineData("")]
    [InlineData("platform:ios")]
    [InlineData("everybody from 1.1.0 to 1.0.0: It was bad.")]
    [InlineData("platform:ios from builtin to 1.0.0: It was bad.")]
    public void Words_of_no_move_are_none(string words) => Assert.Null(ChannelMoves.Read(On(Good), "channel.detoured", words));

    private static Channel On(BundleVersion target) => Channel.New(ChannelName.Production, 1).PointAt(target);
}
