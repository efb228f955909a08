using System.Collections.Immutable;
using Serverless.Devices;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Rollbacks;

namespace Serverless.Tests.Unit.Rollbacks;

public sealed class RecoveryWatchTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 0, 0, "Resolved")]
    [InlineData(10, 9, 0, "Resolved")]
    [InlineData(10, 9, 48, "Resolved")]
    [InlineData(10, 8, 0, null)]
    [InlineData(10, 8, 23, null)]
    [InlineData(10, 8, 24, "Escalated")]
    [InlineData(1000, 899, 0, null)]
    public void Nine_tenths_of_the_exposed_resolve_and_a_day_without_them_escalates(long exposed, long recovered, int hours, string? expected)
    {
        var finding = RecoveryWatch.Judge(Probed(), Tally(new OutcomeTally(exposed, 0, 0, 0, recovered)), new RecoveryOptions(), Noon.AddHours(hours));

        Assert.Equal(expected, finding.Next?.ToString());
        Assert.StartsWith($"{recovered} of {exposed} exposed devices are back on a good version", finding.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void Part_of_the_fleet_is_awaited_alone()
    {
        var ios = new Cell(CellKind.Platform, "ios");
        var tally = Tally(new OutcomeTally(100, 80, 20, 0, Recovered: 19)) with
        {
            Cells = ImmutableDictionary<Cell, OutcomeTally>.Empty.Add(ios, new OutcomeTally(20, 0, 20, 0, Recovered: 19)),
        };

        var finding = RecoveryWatch.Judge(Probed() with { Cells = [ios] }, tally, new RecoveryOptions(), Noon);

        Assert.Equal(IncidentState.Resolved, finding.Next);
        Assert.StartsWith("19 of 20 exposed devices", finding.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void Estimate_is_half_an_hour_until_something_was_resolved() =>
        Assert.Equal(TimeSpan.FromMinutes(30), ResolutionEstimate.Of([Probed(), Resolved(10) with { Kind = IncidentKind.Probe }]));

    [Fact]
    public void Estimate_is_the_median_of_what_was_resolved()
    {
        Assert.Equal(TimeSpan.FromMinutes(20), ResolutionEstimate.Of([Resolved(10), Resolved(1000), Resolved(20)]));
        Assert.Equal(TimeSpan.FromMinutes(15), ResolutionEstimate.Of([Resolved(20), Resolved(10)]));
    }

    private static ReleaseTally Tally(OutcomeTally total) => ReleaseTally.Zero with { Total = total };

    private static Incident Probed() =>
        new Incident { Version = BundleVersion.Parse("1.1.0"), State = IncidentState.Opened, Reason = "", OpenedAt = Noon }.Enter(IncidentState.Probed, IncidentActor.Recovery, "", Noon);

    private static Incident Resolved(int minutes) => Probed().Enter(IncidentState.Resolved, IncidentActor.Recovery, "", Noon.AddMinutes(minutes));
}
