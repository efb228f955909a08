using Serverless.Approvals;
using Serverless.Apps;
using Serverless.Channels;
using Serverless.Outcomes;
using Serverless.Releases;

namespace Serverless.Rollouts;

/// <summary>Reads how a candidate does.</summary>
internal sealed class RolloutHealth(ReleaseCatalog catalog, OutcomeStore outcomes, ApprovalGate gate, TimeProvider time)
{
    /// <returns>The candidate's devices, and what the next step waits for; null when it is due.</returns>
    public async Task<(OutcomeTally Tally, string? Obstacle)> JudgeAsync(AppId app, Channel channel, Rollout rollout, CancellationToken cancellation)
    {
        var tally = (await outcomes.TallyAsync(app, rollout.Candidate, cancellation)).Total;
        var release = await catalog.FindReleaseAsync(app, rollout.Candidate, cancellation);
        var incident = await catalog.FindIncidentAsync(app, rollout.Candidate, cancellation);
        var now = time.GetUtcNow();
        return (tally, RampRule.FindObstacle(rollout, release, incident, tally, now) ?? await FindMissingApprovalsAsync(app, channel, rollout, now, cancellation));
    }

    private async Task<string?> FindMissingApprovalsAsync(AppId app, Channel channel, Rollout rollout, DateTimeOffset now, CancellationToken cancellation)
    {
        var next = RolloutActs.Step(channel, actor: "", reason: "", now).Channel;
        return await gate.FindPassAsync(app, channel, next, actor: "", cancellation) is null
            ? $"The approvals of {rollout.Candidate} do not go as far as the next step."
            : null;
    }
}
