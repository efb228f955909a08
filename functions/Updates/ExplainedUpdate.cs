using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Serverless.Outcomes;
using Serverless.Releases;

namespace Serverless.Updates;

/// <summary>Why a device is answered as it is.</summary>
internal sealed record ExplainedUpdate
{
    public required string App { get; init; }

    /// <summary>The device's pseudonym, under which its outcomes are stored.</summary>
    public required string Device { get; init; }

    /// <summary>Of the snapshot that was decided on.</summary>
    public required long Revision { get; init; }

    /// <summary>The channel that the device follows; null when none serves it.</summary>
    public string? Channel { get; init; }

    /// <summary>The version that the channel leads the device to, or <c>builtin</c>; null without a channel.</summary>
    public string? Target { get; init; }

    /// <summary>Why there; null when the channel simply points there.</summary>
    public ExplainedLead? Lead { get; init; }

    /// <summary>The rules that were asked, in order; the last one decided.</summary>
    public required ImmutableArray<UpdateTraceStep> Trace { get; init; }

    /// <summary>What is on record of the device and the target; null when the target is no release.</summary>
    public ExplainedOutcome? Outcome { get; init; }

    /// <summary>What the device would be sent, but for the signatures in download addresses: they open blobs to whoever holds them.</summary>
    public required JsonObject Answer { get; init; }
}

/// <param name="OfferedAt">When the device was first offered the release; null when it never was.</param>
/// <param name="Exposed">It was offered the release, and then ran it, installed it or reported about it.</param>
/// <param name="Verdict">The first terminal one.</param>
/// <param name="FailedBefore">It is never offered the release again.</param>
/// <param name="FilesFailedBefore">It is offered the release as a zip only.</param>
/// <param name="FailureCode">The first failure that it reported.</param>
internal sealed record ExplainedOutcome(DateTimeOffset? OfferedAt, bool Exposed, Verdict Verdict, bool FailedBefore, bool FilesFailedBefore, string? FailureCode);

/// <summary>What leads a device elsewhere than its neighbours.</summary>
/// <param name="Side">Its side of the rollout that runs.</param>
/// <param name="Cohort">From 0 to 9999; the candidate is for those below the share.</param>
/// <param name="Share">In hundredths of a percent.</param>
/// <param name="ControlShare">In hundredths of a percent, from the end.</param>
/// <param name="Candidate">What the rollout leads to.</param>
/// <param name="Pin">What was decided for the device alone.</param>
/// <param name="Detour">The part of the fleet that is led elsewhere, and from which version.</param>
internal sealed record ExplainedLead(
    RolloutSide? Side = null, int? Cohort = null, int? Share = null, int? ControlShare = null, string? Candidate = null, string? Pin = null, string? Detour = null)
{
    /// <returns>Null when nothing does.</returns>
    public static ExplainedLead? Of(UpdateQuestion question)
    {
        var to = question.Destination;
        var lead = new ExplainedLead(
            Pin: to.Pin?.ToString(),
            Detour: to.Detour is { } detour ? $"{detour.Cell} from {detour.From} to {detour.To?.Value ?? BundleVersion.Builtin}" : null);
        if (to.Side is { } side && question.Channel?.Rollout is { } rollout)
        {
            lead = lead with { Side = side, Cohort = to.Cohort, Share = rollout.Share, ControlShare = rollout.ControlShare, Candidate = rollout.Candidate.Value };
        }

        return lead == new ExplainedLead() ? null : lead;
    }
}
