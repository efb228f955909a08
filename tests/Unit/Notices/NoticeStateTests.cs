using System.Collections.Immutable;
using Serverless.Notices;

namespace Serverless.Tests.Unit.Notices;

/// <summary>A maintenance from ten to eleven.</summary>
public sealed class NoticeStateTests
{
    private static readonly DateTimeOffset Ten = new(2026, 5, 1, 10, 0, 0, TimeSpan.Zero);

    private static readonly Notice Maintenance = new()
    {
        Id = "0",
        Kind = NoticeKind.Maintenance,
        Texts = ImmutableSortedDictionary<string, NoticeText>.Empty.Add("en", new NoticeText("a", "b")),
        CreatedAt = Ten.AddDays(-1),
        UpdatedAt = Ten.AddDays(-1),
        StartsAt = Ten,
        EndsAt = Ten.AddHours(1),
    };

    [Theory]
    [InlineData(-1, "Scheduled")]
    [InlineData(0, "Active")]
    [InlineData(59, "Active")]
    [InlineData(60, "Closed")]
    public void State_follows_the_clock(int minutes, string state) => Assert.Equal(state, Maintenance.StateAt(Ten.AddMinutes(minutes)).ToString());

    [Fact]
    public void Closed_notice_is_closed_whatever_its_window_says() =>
        Assert.Equal(NoticeState.Closed, (Maintenance with { ClosedAt = Ten.AddHours(-2) }).StateAt(Ten.AddHours(-1)));

    [Fact]
    public void Estimate_that_was_missed_is_not_shown()
    {
        var notice = Maintenance with { EstimatedEnd = Ten.AddMinutes(30) };

        Assert.Equal(Ten.AddMinutes(30), NoticeView.Of(notice, [], Ten.AddMinutes(29)).EstimatedEnd);
        Assert.Null(NoticeView.Of(notice, [], Ten.AddMinutes(31)).EstimatedEnd);
    }
}
