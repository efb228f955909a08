using System.Collections.Immutable;
using Serverless.Rollbacks;
using Serverless.Rollbacks.Decisions;

namespace Serverless.Tests.Unit.Rollbacks.Decisions;

public sealed class DecisionReasonTests
{
    private static readonly RollbackOptions Defaults = new();

    [Fact]
    public void Nothing_seen_is_told_as_that() => Assert.Equal(
        "0 of 0 exposed devices failed (0.0 %), where 5.5 % is allowed until the stable release has more history (0 of 0 failed (0.0 %)); "
        + "evidence 1 against 113 needed. A decision takes 3 failed devices.",
        Reason(Evidence.Of(default)));

    [Fact]
    public void A_history_is_told_with_what_it_allows() => Assert.Equal(
        "15 of 100 exposed devices failed (15.0 %), where the history of the stable release (500 of 100000 failed (0.5 %)) allows 1.1 %; "
        + "evidence over a million against 113 needed.",
        Reason(Evidence.Of(new Arm(100, 15), Evidence.LongHistory)));

    [Fact]
    public void Devices_held_back_are_told_beside_the_exposed_ones() => Assert.StartsWith(
        "15 of 100 exposed devices failed (15.0 %), and 5 of 1000 devices held back failed (0.5 %); evidence ",
        Reason(Evidence.Of(new Arm(100, 15), Evidence.LongHistory, live: new Arm(1000, 5))),
        StringComparison.Ordinal);

    [Fact]
    public void A_cell_is_named_and_the_rest_is_counted()
    {
        var reason = Reason(Evidence.OfPlatforms(ios: new Arm(60, 15), android: new Arm(60, 0)));

        Assert.StartsWith("On platform:ios 15 of 60 exposed devices failed (25.0 %), ", reason, StringComparison.Ordinal);
        Assert.EndsWith(" Of the rest 0 of 60 failed (0.0 %).", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_three_most_frequent_codes_are_told()
    {
        ImmutableArray<FailureCount> failures = [new("set_fail", 2), new("crash", 1), new("update_fail", 9), new("decrypt_fail", 2)];

        var reason = Reason(Evidence.Of(new Arm(14, 14)) with { Failures = failures });

        Assert.EndsWith(" Most often: update_fail (9), decrypt_fail (2), set_fail (2).", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Switched_off_it_still_tells_what_was_seen() => Assert.EndsWith(
        "needed. Protection is switched off.",
        RollbackPolicy.Decide(Evidence.Of(new Arm(3, 3)), new RollbackOptions { Enabled = false }).Reason,
        StringComparison.Ordinal);

    private static string Reason(ReleaseEvidence evidence) => RollbackPolicy.Decide(evidence, Defaults).Reason;
}
