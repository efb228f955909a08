using Serverless.Channels;

namespace Serverless.Tests.Unit.Channels;

public sealed class ChannelNameTests
{
    [Theory]
    [InlineData("production")]
    [InlineData("beta-2")]
    [InlineData("2026.1_rc")]
    [InlineData("B")]
    public void Plain_name_is_kept_as_written(string text)
    {
        Assert.True(ChannelName.TryParse(text, out var name));
        Assert.Equal(text, name.Value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".hidden")]
    [InlineData("-x")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("beta\n")]
    [InlineData("bêta")]
    public void Anything_else_is_refused(string? text) => Assert.False(ChannelName.TryParse(text, out _));

    [Theory]
    [InlineData("builtin")]
    [InlineData("BuiltIn")]
    public void Name_that_the_plugin_reads_as_no_channel_is_refused(string text) => Assert.False(ChannelName.TryParse(text, out _));

    [Fact]
    public void Length_ends_at_64()
    {
        Assert.True(ChannelName.TryParse(new string('a', 64), out _));
        Assert.False(ChannelName.TryParse(new string('a', 65), out _));
    }
}
