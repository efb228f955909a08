using System.Collections.Immutable;
using CsCheck;
using Serverless.Devices;
using Serverless.Rollbacks;
using Serverless.Rollbacks.Decisions;

namespace Serverless.Tests.Unit.Rollbacks.Decisions;

public sealed class CellDecisionTests
{
    private static readonly RollbackOptions Defaults = new();

    [Fact]
    public void A_release_that_fails_on_one_platform_is_taken_from_it()
    {
        var decision = RollbackPolicy.Decide(Evidence.OfPlatforms(ios: new Arm(60, 15), android: new Arm(60, 0)), Defaults);

        Assert.Equal((RollbackAction.Rollback, Evidence.Ios), (decision.Action, decision.Cell));
    }

    [Fact]
    public void A_release_that_fails_everywhere_is_taken_from_everyone()
    {
        var decision = RollbackPolicy.Decide(Evidence.OfPlatforms(ios: new Arm(60, 6), android: new Arm(60, 5)), Defaults);

        Assert.Equal((RollbackAction.Rollback, null), (decision.Action, decision.Cell));
    }

    [Fact]
    public void Silence_of_a_few_devices_does_not_clear_them()
    {
        var decision = RollbackPolicy.Decide(Evidence.OfPlatforms(ios: new Arm(60, 6), android: new Arm(5, 0)), Defaults);

        Assert.Equal((RollbackAction.Rollback, null), (decision.Action, decision.Cell));
    }

    [Fact]
    public void A_small_cell_is_found_where_the_fleet_shows_nothing()
    {
        var evidence = Evidence.OfPlatforms(ios: new Arm(200, 18), android: new Arm(20_000, 100));

        var decision = RollbackPolicy.Decide(evidence, Defaults);

        Assert.Equal(RollbackAction.None, RollbackPolicy.Decide(new ReleaseEvidence { All = evidence.All }, Defaults).Action);
        Assert.Equal((RollbackAction.Rollback, Evidence.Ios), (decision.Action, decision.Cell));
    }

    [Fact]
    public void A_platform_that_always_failed_more_is_no_news()
    {
        var ios = new ArmEvidence { Candidate = new Arm(1000, 50), History = new Arm(50_000, 2500) };
        var android = new ArmEvidence { Candidate = new Arm(9000, 20), History = new Arm(450_000, 1000) };
        var evidence = new ReleaseEvidence { All = ios + android, Cells = ImmutableDictionary<Cell, ArmEvidence>.Empty.Add(Evidence.Ios, ios).Add(Evidence.Android, android) };

        Assert.Equal(RollbackAction.None, RollbackPolicy.Decide(evidence, Defaults).Action);
    }

    [Fact]
    public void A_narrow_cell_that_explains_no_more_than_a_wide_one_is_passed_over()
    {
        var newest = new Cell(CellKind.OsMajor, "ios-26");
        var evidence = Evidence.OfPlatforms(ios: new Arm(60, 15), android: new Arm(60, 0));
        evidence = evidence with { Cells = evidence.Cells.Add(newest, new ArmEvidence { Candidate = new Arm(50, 14), History = new Arm(40_000, 200) }) };

        Assert.Equal(Evidence.Ios, RollbackPolicy.Decide(evidence, Defaults).Cell);
    }

    [Fact]
    public void A_narrow_cell_that_explains_it_all_is_preferred()
    {
        var newest = new Cell(CellKind.OsMajor, "ios-26");
        var evidence = Evidence.OfPlatforms(ios: new Arm(200, 15), android: new Arm(200, 0));
        evidence = evidence with { Cells = evidence.Cells.Add(newest, new ArmEvidence { Candidate = new Arm(20, 15), History = new Arm(5_000, 25) }) };

        Assert.Equal(newest, RollbackPolicy.Decide(evidence, Defaults).Cell);
    }

    [Fact]
    public void After_a_withdrawal_the_rest_is_judged_alone()
    {
        var evidence = Evidence.OfPlatforms(ios: new Arm(60, 15), android: new Arm(60, 0)) with { Withdrawn = [Evidence.Ios] };

        Assert.Equal(RollbackAction.None, RollbackPolicy.Decide(evidence, Defaults).Action);
    }

    [Fact]
    public void A_rest_that_stays_bad_is_withdrawn_too()
    {
        var evidence = Evidence.OfPlatforms(ios: new Arm(60, 15), android: new Arm(60, 15)) with { Withdrawn = [Evidence.Ios] };

        var decision = RollbackPolicy.Decide(evidence, Defaults);

        Assert.Equal((RollbackAction.Rollback, null), (decision.Action, decision.Cell));
        Assert.Contains("It was withdrawn from platform:ios before.", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void After_withdrawals_of_two_kinds_what_still_fails_goes_everywhere()
    {
        var old = new Cell(CellKind.OsMajor, "android-9");
        var evidence = Evidence.OfPlatforms(ios: new Arm(60, 15), android: new Arm(60, 12)) with { Withdrawn = [Evidence.Ios, old] };
        evidence = evidence with { Cells = evidence.Cells.Add(old, new ArmEvidence { Candidate = new Arm(12, 12), History = new Arm(900, 4) }) };

        var decision = RollbackPolicy.Decide(evidence, Defaults);

        Assert.Equal((RollbackAction.Rollback, null), (decision.Action, decision.Cell));
    }

    [Fact]
    public void Cells_of_nobody_change_nothing() => Evidence.AnyArms.Sample(arms =>
    {
        var evidence = new ReleaseEvidence { All = arms };
        var empty = evidence with
        {
            Cells = evidence.Cells.Add(Evidence.Ios, new ArmEvidence()).Add(Evidence.Android, new ArmEvidence()),
            Withdrawn = [Evidence.Android, new Cell(CellKind.NativeBuild, "unheard-of")],
        };
        return RollbackPolicy.Decide(evidence, Defaults).Action == RollbackPolicy.Decide(empty, Defaults).Action;
    });

    [Fact]
    public void Cells_in_any_order_and_counters_in_any_state_give_one_decision() => Gen.Select(Evidence.AnyArms, Evidence.AnyArms.Array[0, 70], Gen.Int[0, 3]).Sample((all, parts, withdrawn) =>
    {
        var cells = parts.Select((part, i) => KeyValuePair.Create(new Cell((CellKind)(i % 4), $"part-{i}"), part)).ToArray();
        var evidence = new ReleaseEvidence
        {
            All = all,
            Cells = ImmutableDictionary.CreateRange(cells),
            Withdrawn = [.. cells.Take(withdrawn).Select(cell => cell.Key)],
        };
        var reversed = evidence with { Cells = ImmutableDictionary.CreateRange(cells.Reverse()) };
        var decision = RollbackPolicy.Decide(evidence, Defaults);
        return decision == RollbackPolicy.Decide(reversed, Defaults)
            && (decision.Cell is not { } cell || !evidence.Withdrawn.Contains(cell))
            && !decision.Reason.Contains("NaN", StringComparison.Ordinal);
    });
}
