using Serverless.Channels;
using Serverless.Releases;

namespace Serverless.Tests.Unit.Channels;

public sealed class ChannelTests
{
    [Theory]
    [InlineData("production", true, false)]
    [InlineData("beta", false, true)]
    [InlineData("Production", false, true)]
    public void New_channel_moves_no_device_that_did_not_ask_for_it(string text, bool isPublic, bool selfSet)
    {
        var channel = Channel.New(Words.Channel(text), id: 7);

        Assert.Equal((7, isPublic, selfSet), (channel.Id, channel.Public, channel.AllowSelfSet));
        Assert.Null(channel.Target);
        Assert.Empty(channel.History);
    }

    [Fact]
    public void History_lists_earlier_targets_newest_first()
    {
        var channel = Point(Channel.New(ChannelName.Production, 1), "1.0.0", "1.1.0", "1.2.0");

        Assert.Equal("1.2.0", channel.Target?.Value);
        Assert.Equal(["1.1.0", "1.0.0"], channel.History.Select(version => version.Value));
    }

    [Fact]
    public void Going_down_leaves_what_is_above_for_good()
    {
        var channel = Point(Channel.New(ChannelName.Production, 1), "1.0.0", "2.0.0", "3.0.0", "2.5.0");

        Assert.Equal(["2.0.0", "1.0.0"], channel.History.Select(version => version.Value));
    }

    [Fact]
    public void Builtin_leaves_what_was_there_in_the_history()
    {
        var channel = Point(Channel.New(ChannelName.Production, 1), "1.0.0").PointAt(null);

        Assert.Null(channel.Target);
        Assert.Equal(["1.0.0"], channel.History.Select(version => version.Value));
    }

    [Fact]
    public void History_is_bounded()
    {
        var channel = Point(Channel.New(ChannelName.Production, 1), [.. Enumerable.Range(0, 80).Select(patch => $"1.0.{patch}")]);

        Assert.Equal(50, channel.History.Length);
        Assert.Equal("1.0.78", channel.History[0].Value);
        Assert.Equal("1.0.29", channel.History[^1].Value);
    }

    private static Channel Point(Channel channel, params string[] versions) =>
        versions.Aggregate(channel, (moved, version) => moved.PointAt(BundleVersion.Parse(version)));
}
