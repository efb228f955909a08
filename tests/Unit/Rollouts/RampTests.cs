using System.Collections.Immutable;
using Serverless.Rollouts;

namespace Serverless.Tests.Unit.Rollouts;

public sealed class RampTests
{
    [Theory]
    [InlineData("5%/01:00:00/10 100%/00:00:00/0, control 5%", true)]
    [InlineData("1%/30.00:00:00/0, control 0%", true)]
    [InlineData("100%/00:00:00/1000000000, control 20%", true)]
    [InlineData("0%/00:00:00/0, control 5%", false)]
    [InlineData("101%/00:00:00/0, control 5%", false)]
    [InlineData("5%/00:00:00/0 5%/00:00:00/0, control 5%", false)]
    [InlineData("25%/00:00:00/0 5%/00:00:00/0, control 5%", false)]
    [InlineData("5%/30.00:00:00.0000001/0, control 5%", false)]
    [InlineData("5%/-00:00:01/0, control 5%", false)]
    [InlineData("5%/00:00:00/1000000001, control 5%", false)]
    [InlineData("5%/00:00:00/0, control 21%", false)]
    [InlineData("5/00:00:00/0, control 5%", false)]
    [InlineData("5%/00:00:00, control 5%", false)]
    [InlineData("none", false)]
    [InlineData("", false)]
    public void Words_are_of_a_ramp_that_can_be_followed_or_of_none(string words, bool isRamp) =>
        Assert.Equal(isRamp ? words : null, Ramp.Parse(words)?.ToString());

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, null)]
    [InlineData(20, null)]
    [InlineData(21, "stages")]
    public void Ramp_has_a_few_steps(int count, string? member)
    {
        var settings = new RampSettings([.. Enumerable.Range(1, count).Select(percent => new RampStage(percent, TimeSpan.Zero, 0))]);

        var problem = settings.Check(out var ramp);

        Assert.Equal((member, count is > 0 and <= 20), (problem?.Member, problem is null && ramp is not null));
    }

    [Fact]
    public void What_is_wrong_with_settings_is_named()
    {
        ImmutableArray<RampStage> sound = [new RampStage(5, TimeSpan.Zero, 0)];

        Assert.Equal("controlPercent", new RampSettings(sound, ControlPercent: 21).Check(out _)?.Member);
        Assert.Equal("stages", new RampSettings(default).Check(out _)?.Member);
        Assert.Equal("stages", new RampSettings([null!]).Check(out _)?.Member);
    }
}
