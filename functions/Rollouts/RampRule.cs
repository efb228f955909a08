using System.Globalization;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Rollbacks;

namespace Serverless.Rollouts;

/// <summary>What a rollout's next step needs. Pure.</summary>
internal static class RampRule
{
    /// <param name="rollout">The rollout.</param>
    /// <param name="release">Its candidate; null when there is no such row.</param>
    /// <param name="incident">The candidate's; null when there is none.</param>
    /// <param name="tally">Of the candidate's devices.</param>
    /// <param name="now">The time.</param>
    /// <returns>What it waits for, as a sentence, or null when the next step is due.</returns>
    public static string? FindObstacle(Rollout rollout, Release? release, Incident? incident, OutcomeTally tally, DateTimeOffset now)
    {
        var stage = rollout.Ramp.Stages[rollout.Stage];
        var due = rollout.StageStartedAt + stage.Soak;
        return release switch
        {
            _ when rollout.IsPaused => "It is paused.",
            null => $"There is no release {rollout.Candidate}.",
            { WithdrawnBecause: { } reason } => $"{rollout.Candidate} was withdrawn: {reason}",
            { PausedBecause: { } reason } => $"{rollout.Candidate} is paused: {reason}",
            _ when incident is { ClosedAt: null } => $"The incident of {rollout.Candidate} is open: {incident.Reason}",
            _ when now < due => string.Create(CultureInfo.InvariantCulture, $"The step lasts until {due:u}."),
            _ when tally.Good < stage.MinGood => $"{tally.Good} of {stage.MinGood} devices have reported {rollout.Candidate} as good.",
            _ => null,
        };
    }
}
