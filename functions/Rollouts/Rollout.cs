using System.Collections.Immutable;
using Serverless.Releases;

namespace Serverless.Rollouts;

/// <summary>A channel on its way from its stable release, which it points at, to a candidate, by share of devices.</summary>
internal sealed record Rollout
{
    /// <summary>Salts the cohorts. Stays when the candidate is replaced, so that those who got the fault get the fix.</summary>
    public required string Id { get; init; }

    public required BundleVersion Candidate { get; init; }

    /// <summary>The steps as they were when it began.</summary>
    public required ImmutableArray<RampStage> Ramp { get; init; }

    /// <summary>Of <see cref="Ramp"/>.</summary>
    public required int Stage { get; init; }

    public required DateTimeOffset StageStartedAt { get; init; }

    /// <summary>Devices that are offered the candidate, in hundredths of a percent: those whose cohort is below it.</summary>
    public required int Share { get; init; }

    /// <summary>Devices held back on the stable release as a control until the end, in hundredths of a percent: those with the highest cohorts.</summary>
    public int ControlShare { get; init; }

    /// <summary>Nobody new is offered the candidate; who runs it keeps it.</summary>
    public bool IsPaused { get; init; }
}
