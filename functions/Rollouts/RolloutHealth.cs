using Serverless.Apps;
using Serverless.Outcomes;
using Serverless.Releases;

namespace Serverless.Rollouts;

/// <summary>Reads how a candidate does.</summary>
internal sealed class RolloutHealth(ReleaseCatalog catalog, OutcomeStore outcomes, TimeProvider time)
{
    /// <returns>The candidate's devices, and what the next step waits for; null when it is due.</returns>
    public async Task<(OutcomeTally Tally, string? Obstacle)> JudgeAsync(AppId app, Rollout rollout, CancellationToken cancellation)
    {
        var tally = (await outcomes.TallyAsync(app, rollout.Candidate, cancellation)).Total;
        var release = await catalog.FindReleaseAsync(app, rollout.Candidate, cancellation);
        var incident = await catalog.FindIncidentAsync(app, rollout.Candidate, cancellation);
        return (tally, RampRule.FindObstacle(rollout, release, incident, tally, time.GetUtcNow()));
    }
}
