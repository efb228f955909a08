using System.Globalization;
using CsCheck;
using Serverless.Statistics;

namespace Serverless.Tests.Unit.Statistics;

public sealed class TimeStepTests
{
    [Theory]
    [InlineData("minute", "2026-03-29T01:59:59.9Z", "2026-03-29T01:59Z", "2026-03-29T02:00Z")]
    [InlineData("hour", "2026-03-29T01:59:59.9Z", "2026-03-29T01:00Z", "2026-03-29T02:00Z")]
    [InlineData("day", "2026-03-29T01:59:59.9Z", "2026-03-29T00:00Z", "2026-03-30T00:00Z")]
    [InlineData("day", "2026-03-29T01:59+02:00", "2026-03-28T00:00Z", "2026-03-29T00:00Z")]
    [InlineData("hour", "2026-03-29T01:00Z", "2026-03-29T01:00Z", "2026-03-29T01:00Z")]
    public void Periods_are_those_of_utc(string step, string at, string floor, string ceiling)
    {
        var parsed = Enum.Parse<TimeStep>(step, ignoreCase: true);

        Assert.Equal((Time(floor), Time(ceiling)), (parsed.Floor(Time(at)), parsed.Ceiling(Time(at))));
    }

    [Fact]
    public void Coarser_periods_hold_whole_finer_ones() => Gen.Select(Gen.OneOf(TimeSteps.RolledUp), Gen.Long[0, DateTime.MaxValue.Ticks - TimeSpan.TicksPerDay]).Sample((step, ticks) =>
    {
        var at = new DateTimeOffset(ticks, TimeSpan.Zero);
        return step.Finer().Floor(step.Floor(at)) == step.Floor(at) && step.Floor(step.Finer().Floor(at)) == step.Floor(at);
    });

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
