using System.Collections.Immutable;
using Serverless.Devices;
using Serverless.Outcomes;
using Serverless.Rollbacks;
using Serverless.Rollbacks.Decisions;

namespace Serverless.Tests.Unit.Rollbacks;

public sealed class ReleaseTrialTests
{
    private static readonly Cell Ios = new(CellKind.Platform, "ios");

    [Fact]
    public void Release_is_judged_by_its_exposed_devices_and_the_stable_one_by_its_verdicts()
    {
        var evidence = ReleaseTrial.Compare(Tally(new OutcomeTally(100, 60, 5, 7)), Tally(new OutcomeTally(5000, 990, 10, 0)), live: null);

        Assert.Equal(new ArmEvidence { Candidate = new Arm(100, 5), History = new Arm(1000, 10), Live = null }, evidence.All);
    }

    [Fact]
    public void Device_that_is_held_back_speaks_once()
    {
        var evidence = ReleaseTrial.Compare(ReleaseTally.Zero, Tally(new OutcomeTally(1000, 950, 50, 0)), Tally(new OutcomeTally(120, 90, 10, 0)));

        Assert.Equal((new Arm(900, 40), new Arm(100, 10)), (evidence.All.History, evidence.All.Live));
    }

    [Fact]
    public void Each_part_of_the_fleet_is_measured_by_its_own_devices()
    {
        var candidate = Tally(new OutcomeTally(100, 60, 5, 0), (Ios, new OutcomeTally(40, 20, 5, 0)));
        var history = Tally(new OutcomeTally(1000, 990, 10, 0), (Ios, new OutcomeTally(300, 291, 9, 0)));

        var evidence = ReleaseTrial.Compare(candidate, history, live: ReleaseTally.Zero);

        Assert.Equal(new ArmEvidence { Candidate = new Arm(40, 5), History = new Arm(300, 9), Live = new Arm(0, 0) }, Assert.Single(evidence.Cells).Value);
    }

    private static ReleaseTally Tally(OutcomeTally total, params (Cell Cell, OutcomeTally Tally)[] cells) =>
        ReleaseTally.Zero with { Total = total, Cells = cells.ToImmutableDictionary(cell => cell.Cell, cell => cell.Tally) };
}
