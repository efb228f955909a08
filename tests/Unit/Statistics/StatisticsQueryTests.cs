using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Serverless.Statistics;

namespace Serverless.Tests.Unit.Statistics;

public sealed class StatisticsQueryTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 34, 56, TimeSpan.Zero);

    [Theory]
    [InlineData("", "2026-04-30T12:00Z", "2026-05-01T13:00Z", "Hour", null)]
    [InlineData("step=minute", "2026-05-01T11:34Z", "2026-05-01T12:35Z", "Minute", null)]
    [InlineData("step=day&by=platform", "2026-04-01T00:00Z", "2026-05-02T00:00Z", "Day", "Platform")]
    [InlineData("from=2026-05-01T01:30:00Z&to=2026-05-01T03:00:00Z&by=version", "2026-05-01T01:00Z", "2026-05-01T03:00Z", "Hour", "Version")]
    [InlineData("from=2026-05-01T03:30:00%2B02:00&to=2026-05-01T03:00:00Z", "2026-05-01T01:00Z", "2026-05-01T03:00Z", "Hour", null)]
    public void Range_is_widened_to_whole_periods(string query, string from, string to, string step, string? by)
    {
        var (problem, read) = StatisticsQuery.Read(Parse(query), Now);

        Assert.Null(problem);
        Assert.Equal((Time(from), Time(to), step, by), (read!.From, read.To, $"{read.Step}", read.By?.ToString()));
    }

    [Theory]
    [InlineData("step=week", "step")]
    [InlineData("step=0", "step")]
    [InlineData("by=device", "by")]
    [InlineData("from=yesterday", "from")]
    [InlineData("to=0001-01-01T00:00:00Z", "to")]
    [InlineData("to=9999-12-31T23:59:59Z", "to")]
    [InlineData("from=2026-05-01T03:00:00Z&to=2026-05-01T03:00:00Z", "from")]
    [InlineData("from=2026-05-01T05:00:00Z&to=2026-05-01T03:00:00Z", "from")]
    [InlineData("from=2026-01-01T00:00:00Z&step=minute", "from")]
    public void What_cannot_be_answered_is_a_problem_with_its_parameter(string query, string member)
    {
        var (problem, _) = StatisticsQuery.Read(Parse(query), Now);

        Assert.Equal((400, "invalid_parameter", member), (problem?.Status, problem?.Code, problem?.Member));
    }

    private static QueryCollection Parse(string query) => new(QueryHelpers.ParseQuery(query));

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
