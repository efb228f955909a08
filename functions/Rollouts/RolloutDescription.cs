using System.Collections.Immutable;
using Serverless.Channels;
using Serverless.Outcomes;
using Serverless.Releases;

namespace Serverless.Rollouts;

/// <summary>A rollout as people see it.</summary>
/// <param name="Stable">The version that the channel points at, or <c>builtin</c>.</param>
/// <param name="Rollout">Null while none runs.</param>
internal sealed record RolloutDescription(string Stable, RunningRollout? Rollout = null)
{
    /// <param name="channel">The channel.</param>
    /// <param name="tally">Of its candidate.</param>
    /// <param name="waitingFor">What the next step needs; null when it is due.</param>
    public static RolloutDescription Of(Channel channel, OutcomeTally tally, string? waitingFor)
    {
        var stable = channel.Target?.Value ?? BundleVersion.Builtin;
        return channel.Rollout is { } rollout
            ? new(stable, new RunningRollout(
                rollout.Candidate.Value,
                rollout.Share / (Cohorts.Count / 100),
                rollout.Ramp.ControlPercent,
                rollout.Stage + 1,
                rollout.Ramp.Stages,
                rollout.StageStartedAt,
                rollout.IsPaused,
                waitingFor,
                tally.Exposed,
                tally.Good,
                tally.Failed))
            : new(stable);
    }
}

/// <param name="Candidate">What it leads to.</param>
/// <param name="Percent">Of the fleet, led to the candidate.</param>
/// <param name="ControlPercent">Of the fleet, held back until the end.</param>
/// <param name="Stage">Of <paramref name="Stages"/>, from 1.</param>
/// <param name="Stages">As they were when it began.</param>
/// <param name="Since">When the step began.</param>
/// <param name="Paused">Nobody new is offered the candidate.</param>
/// <param name="WaitingFor">What the next step needs; null when it is due.</param>
/// <param name="Exposed">Devices that were offered the candidate and took it.</param>
/// <param name="Good">Those of them where it works.</param>
/// <param name="Failed">Those where it failed.</param>
internal sealed record RunningRollout(
    string Candidate,
    int Percent,
    int ControlPercent,
    int Stage,
    ImmutableArray<RampStage> Stages,
    DateTimeOffset Since,
    bool Paused,
    string? WaitingFor,
    long Exposed,
    long Good,
    long Failed);
