using System.Collections.Immutable;
using Serverless.Devices;

namespace Serverless.Rollbacks.Decisions;

/// <summary>All that a decision about a release is made of. Counts only: the order in which reports came, and how often they were looked at, has no part in it.</summary>
internal sealed record ReleaseEvidence
{
    /// <summary>The whole fleet, withdrawn cells included.</summary>
    public required ArmEvidence All { get; init; }

    /// <summary>The same devices by part. Cells of one kind share no device; cells of different kinds overlap.</summary>
    public ImmutableDictionary<Cell, ArmEvidence> Cells { get; init; } = ImmutableDictionary<Cell, ArmEvidence>.Empty;

    /// <summary>Cells that the release was taken from before.</summary>
    public ImmutableHashSet<Cell> Withdrawn { get; init; } = [];

    /// <summary>What the failing devices reported, for the reason.</summary>
    public ImmutableArray<FailureCount> Failures { get; init; } = [];

    /// <summary>Why the release has no target to go back to, as a sentence; null when it may go back.</summary>
    public string? BarredFromGoingBack { get; init; }
}

/// <param name="Code">As devices report it, such as <c>update_fail</c>.</param>
/// <param name="Devices">How many failed with it.</param>
internal readonly record struct FailureCount(string Code, long Devices);
