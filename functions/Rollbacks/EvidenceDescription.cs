using System.Collections.Immutable;
using Serverless.Rollbacks.Decisions;

namespace Serverless.Rollbacks;

/// <summary>What speaks for and against a release beside its control, as the management API shows it. Cells that the release was taken from are left out.</summary>
internal sealed record EvidenceDescription
{
    public required long Devices { get; init; }

    public required long Failed { get; init; }

    /// <summary>What the release is measured by: devices held back, the history of what it replaces, or an assumption while that is short.</summary>
    public required ControlSource Control { get; init; }

    public required long ControlDevices { get; init; }

    public required long ControlFailed { get; init; }

    /// <summary>Share of failing devices that a healthy release has at most.</summary>
    public required double HealthyRate { get; init; }

    /// <summary>Natural logarithm of the evidence against the release.</summary>
    public required double LogEvidence { get; init; }

    /// <summary>Natural logarithm of the evidence that decides.</summary>
    public required double LogNeeded { get; init; }

    /// <summary>Fewest failed devices without which nothing is decided.</summary>
    public required int MinFailed { get; init; }

    /// <summary>How many failures would decide, by the number of devices.</summary>
    public required ImmutableArray<BoundaryPoint> Boundary { get; init; }

    /// <summary>What the policy would do now.</summary>
    public required RollbackAction Action { get; init; }

    public required string Reason { get; init; }

    public static EvidenceDescription Of(ReleaseEvidence evidence, RollbackOptions options)
    {
        var level = ErrorBudget.Overall(options.Alpha);
        var remaining = RollbackPolicy.Remaining(evidence);
        var overall = Judgement.Of(remaining, level, options);
        var decision = RollbackPolicy.Decide(evidence, options);
        return new EvidenceDescription
        {
            Devices = overall.Candidate.Devices,
            Failed = overall.Candidate.Failed,
            Control = overall.Source,
            ControlDevices = overall.Control.Devices,
            ControlFailed = overall.Control.Failed,
            HealthyRate = overall.HealthyRate,
            LogEvidence = overall.LogEvidence,
            LogNeeded = overall.LogNeeded,
            MinFailed = options.MinFailedDevices,
            Boundary = DecisionBoundary.Of(remaining, level, options),
            Action = decision.Action,
            Reason = decision.Reason,
        };
    }
}
