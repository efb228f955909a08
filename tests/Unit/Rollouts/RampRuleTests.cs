using Serverless.Outcomes;
using Serverless.Rollbacks;
using Serverless.Rollouts;
using Serverless.Tests.Unit.Releases;

namespace Serverless.Tests.Unit.Rollouts;

/// <summary>The first step lasts an hour and needs ten good devices.</summary>
public sealed class RampRuleTests
{
    private static readonly OutcomeTally Ten = new(Exposed: 12, Good: 10, Failed: 1, Discarded: 0);

    [Theory]
    [InlineData(59, 10, "The step lasts until 2026-05-01 13:00:00Z.")]
    [InlineData(60, 9, "9 of 10 devices have reported 1.1.0 as good.")]
    [InlineData(60, 10, null)]
    public void Step_needs_time_and_good_devices(int minutes, long good, string? obstacle) => Assert.Equal(
        obstacle, RampRule.FindObstacle(TestRollouts.To("1.1.0"), TestReleases.New("1.1.0"), incident: null, Ten with { Good = good }, TestRollouts.Noon.AddMinutes(minutes)));

    [Fact]
    public void Step_needs_a_release_that_nothing_speaks_against()
    {
        var (rollout, release) = (TestRollouts.To("1.1.0"), TestReleases.New("1.1.0"));
        var incident = new Incident { Version = release.Version, State = IncidentState.Paused, Reason = "it fails", OpenedAt = TestRollouts.Noon };
        var due = TestRollouts.Noon.AddHours(1);

        Assert.NotNull(RampRule.FindObstacle(rollout.Pause(), release, incident: null, Ten, due));
        Assert.NotNull(RampRule.FindObstacle(rollout, release: null, incident: null, Ten, due));
        Assert.NotNull(RampRule.FindObstacle(rollout, release with { PausedBecause = "it fails" }, incident: null, Ten, due));
        Assert.NotNull(RampRule.FindObstacle(rollout, release with { WithdrawnBecause = "it fails" }, incident: null, Ten, due));
        Assert.NotNull(RampRule.FindObstacle(rollout, release, incident, Ten, due));
        Assert.Null(RampRule.FindObstacle(rollout, release, incident with { ClosedAt = due }, Ten, due));
    }
}
