using CsCheck;
using Serverless.Outcomes;
using Serverless.Rollbacks;

namespace Serverless.Tests.Unit.Rollbacks;

public sealed class RollbackPolicyTests
{
    private static readonly RollbackOptions Defaults = new();

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(2, 2, false)]
    [InlineData(3, 3, true)]
    [InlineData(15, 3, true)]
    [InlineData(16, 3, false)]
    [InlineData(20, 4, true)]
    [InlineData(21, 4, false)]
    [InlineData(1_000_000, 199_999, false)]
    [InlineData(1_000_000, 200_000, true)]
    public void Three_devices_and_a_fifth_of_the_exposed_decide(long exposed, long failed, bool acts) => Assert.Equal(acts, Acts(exposed, failed));

    [Theory]
    [InlineData(15, 3, true, "3 of 15 exposed devices failed (20.0 %); the limit is at least 3 devices and 20.0 %.")]
    [InlineData(1000, 7, true, "7 of 1000 exposed devices failed (0.7 %); a rollback takes at least 3 devices and 20.0 %.")]
    [InlineData(0, 0, true, "0 of 0 exposed devices failed (0.0 %); a rollback takes at least 3 devices and 20.0 %.")]
    [InlineData(3, 3, false, "3 of 3 exposed devices failed (100.0 %); rollbacks are switched off.")]
    public void Reason_tells_the_counts_and_the_limits(long exposed, long failed, bool enabled, string reason) =>
        Assert.Equal(reason, RollbackPolicy.Decide(new OutcomeTally(exposed, 0, failed, 0), new RollbackOptions { Enabled = enabled }).Reason);

    [Fact]
    public void Switched_off_it_never_acts() => Gen.Select(Gen.Long[0, 1000], Gen.Long[0, 1000]).Sample((exposed, failed) =>
        RollbackPolicy.Decide(new OutcomeTally(exposed, 0, failed, 0), new RollbackOptions { Enabled = false }).Action is RollbackAction.None);

    [Fact]
    public void One_failure_more_never_saves_a_release() => Gen.Select(Gen.Long[1, 500], Gen.Long[0, 500]).Sample((exposed, failed) =>
        !Acts(exposed, Math.Min(failed, exposed)) || Acts(exposed, Math.Min(failed + 1, exposed)));

    [Fact]
    public void One_healthy_device_more_never_dooms_a_release() => Gen.Select(Gen.Long[1, 500], Gen.Long[0, 500]).Sample((exposed, failed) =>
        Acts(exposed, Math.Min(failed, exposed)) || !Acts(exposed + 1, Math.Min(failed, exposed)));

    [Fact]
    public void Good_verdicts_and_discarded_reports_do_not_enter() => Gen.Select(Gen.Long[0, 100], Gen.Long[0, 100], Gen.Long[0, 100_000], Gen.Long[0, 100_000]).Sample(
        (exposed, failed, good, discarded) =>
            RollbackPolicy.Decide(new OutcomeTally(exposed, good, failed, discarded), Defaults) == RollbackPolicy.Decide(new OutcomeTally(exposed, 0, failed, 0), Defaults));

    private static bool Acts(long exposed, long failed) =>
        RollbackPolicy.Decide(new OutcomeTally(exposed, 0, failed, 0), Defaults).Action is RollbackAction.Rollback;
}
