using Serverless.Rollbacks;
using Serverless.Rollbacks.Decisions;

namespace Serverless.Simulation;

/// <summary>
/// Ours, where nobody is held back. Evidence shrinks with every device that did not fail, so a release is halted after a failure or not at all, and a
/// look at each failure is a look at every report.
/// </summary>
internal sealed class HistoryRule(RollbackOptions options) : IHaltRule
{
    public long? FindHalt(Life life)
    {
        var control = Judgement.Of(new ArmEvidence { History = life.History }, ErrorBudget.Overall(options.Alpha), options);
        for (var heard = options.MinFailedDevices - 1; heard < life.HeardAt.Length; heard++)
        {
            // A rate below the null's never speaks against the release.
            var candidate = new Arm(life.HeardAt[heard], heard + 1);
            if (candidate.Rate > control.HealthyRate && CandidateEvidence.Log(candidate, control.HealthyRate) >= control.LogNeeded)
            {
                return candidate.Devices;
            }
        }

        return null;
    }
}
