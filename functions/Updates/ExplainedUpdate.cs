using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Serverless.Outcomes;

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

    /// <summary>The version that the channel points at, or <c>builtin</c>; null without a channel.</summary>
    public string? Target { get; init; }

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
