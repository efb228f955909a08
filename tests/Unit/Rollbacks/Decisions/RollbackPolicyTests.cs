using CsCheck;
using Serverless.Rollbacks;
using Serverless.Rollbacks.Decisions;

namespace Serverless.Tests.Unit.Rollbacks.Decisions;

public sealed class RollbackPolicyTests
{
    private static readonly RollbackOptions Defaults = new();

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(2, 2, false)]
    [InlineData(3, 3, true)]
    [InlineData(20, 3, false)]
    [InlineData(20, 8, true)]
    [InlineData(100, 4, false)]
    [InlineData(100, 100, true)]
    [InlineData(1_000_000, 40_000, false)]
    [InlineData(1_000_000, 80_000, true)]
    public void Without_history_five_and_a_half_per_cent_are_borne(long exposed, long failed, bool acts) =>
        Assert.Equal(acts, Acts(Evidence.Of(new Arm(exposed, failed))));

    [Theory]
    [InlineData(2, 2, false)]
    [InlineData(3, 3, true)]
    [InlineData(100, 3, false)]
    [InlineData(100, 8, true)]
    [InlineData(1000, 10, false)]
    [InlineData(1000, 30, true)]
    [InlineData(100_000_000, 1_000_000, false)]
    [InlineData(100_000_000, 1_200_000, true)]
    public void A_long_good_history_makes_one_per_cent_the_limit(long exposed, long failed, bool acts) =>
        Assert.Equal(acts, Acts(Evidence.Of(new Arm(exposed, failed), Evidence.LongHistory)));

    [Fact]
    public void A_stable_release_that_always_failed_more_allows_more() =>
        Assert.False(Acts(Evidence.Of(new Arm(1000, 100), new Arm(10_000, 1000))));

    [Fact]
    public void What_fails_on_the_devices_held_back_as_well_is_not_the_release() =>
        Assert.False(Acts(Evidence.Of(new Arm(1000, 100), Evidence.LongHistory, live: new Arm(1000, 100))));

    [Fact]
    public void What_does_not_fail_on_the_devices_held_back_is_the_release() =>
        Assert.True(Acts(Evidence.Of(new Arm(1000, 100), Evidence.LongHistory, live: new Arm(1000, 5))));

    [Fact]
    public void Few_devices_held_back_leave_the_history_in_charge() =>
        Assert.True(Acts(Evidence.Of(new Arm(1000, 100), Evidence.LongHistory, live: new Arm(19, 10))));

    [Fact]
    public void Switched_off_it_never_acts() => Evidence.AnyArms.Sample(arms =>
        RollbackPolicy.Decide(new ReleaseEvidence { All = arms }, new RollbackOptions { Enabled = false }).Action is RollbackAction.None);

    [Fact]
    public void Fewer_failures_than_the_minimum_never_decide() => Evidence.AnyArms.Sample(arms =>
        !Acts(new ReleaseEvidence { All = arms with { Candidate = new Arm(arms.Candidate.Devices, Math.Min(arms.Candidate.Failed, 2)) } }));

    [Fact]
    public void One_failure_more_never_saves_a_release() => Evidence.AnyArms.Sample(arms =>
    {
        var worse = arms.Candidate with { Failed = Math.Min(arms.Candidate.Failed + 1, arms.Candidate.Devices) };
        return !Acts(new ReleaseEvidence { All = arms }) || Acts(new ReleaseEvidence { All = arms with { Candidate = worse } });
    });

    [Fact]
    public void A_device_that_did_not_fail_never_dooms_a_release() => Evidence.AnyArms.Sample(arms =>
    {
        var larger = arms.Candidate with { Devices = arms.Candidate.Devices + 1 };
        return Acts(new ReleaseEvidence { All = arms }) || !Acts(new ReleaseEvidence { All = arms with { Candidate = larger } });
    });

    [Fact]
    public void The_same_evidence_gives_the_same_decision() => Evidence.AnyArms.Sample(arms =>
        RollbackPolicy.Decide(new ReleaseEvidence { All = arms }, Defaults) == RollbackPolicy.Decide(new ReleaseEvidence { All = arms }, Defaults));

    [Fact]
    public void A_pause_is_what_was_asked_for_or_all_that_is_left()
    {
        var evidence = Evidence.Of(new Arm(100, 50));

        var asked = RollbackPolicy.Decide(evidence, new RollbackOptions { Action = RollbackAction.Pause });
        var barred = RollbackPolicy.Decide(evidence with { BarredFromGoingBack = "It migrates the database." }, Defaults);

        Assert.Equal(RollbackAction.Pause, asked.Action);
        Assert.EndsWith(" Paused, not rolled back: so it is set.", asked.Reason, StringComparison.Ordinal);
        Assert.Equal(RollbackAction.Pause, barred.Action);
        Assert.EndsWith(" Paused, not rolled back: It migrates the database.", barred.Reason, StringComparison.Ordinal);
    }

    private static bool Acts(ReleaseEvidence evidence) => RollbackPolicy.Decide(evidence, Defaults).Action is RollbackAction.Rollback;
}
