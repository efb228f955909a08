using System.Collections.Immutable;
using Serverless.Channels;
using Serverless.Devices;
using Serverless.Releases;

namespace Serverless.Rollbacks;

/// <summary>How far an incident has come. Each step is written before the next begins, so a crash resumes where it stopped.</summary>
internal enum IncidentState
{
    /// <summary>Decided; the release is offered to nobody any more.</summary>
    Opened,

    /// <summary>What each channel goes back to is proven and written down.</summary>
    Verified,

    /// <summary>Every channel that pointed at the release points elsewhere.</summary>
    Moved,

    /// <summary>Every instance answers devices with the new targets.</summary>
    Confirmed,

    /// <summary>Synthetic devices of each plugin generation installed the targets; the recovery of real ones is watched.</summary>
    Probed,

    /// <summary>The devices that had the release are back on a good one.</summary>
    Resolved,

    /// <summary>Something did not go as it must; people have to look.</summary>
    Escalated,

    /// <summary>Nobody new is offered the release, and no channel went back: people have to decide.</summary>
    Paused,

    /// <summary>Somebody changed what the recovery was changing; it is theirs now.</summary>
    TakenOver,
}

/// <summary>What a decision against a release opens. One incident a release: deciding twice opens it once.</summary>
internal sealed record Incident
{
    public required BundleVersion Version { get; init; }

    public required IncidentState State { get; init; }

    /// <summary>The decision's reason, as written when it was taken.</summary>
    public required string Reason { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>The parts of the fleet it is about; empty is all of it.</summary>
    public ImmutableArray<Cell> Cells { get; init; } = [];

    /// <summary>When it was resolved, escalated or taken over; null while it is under way.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Where the channels went.</summary>
    public ImmutableArray<ChannelMove> Moves { get; init; } = [];
}

/// <param name="Channel">The channel that moved.</param>
/// <param name="Target">What it points at now; null is the bundle inside the app.</param>
internal sealed record ChannelMove(ChannelName Channel, BundleVersion? Target = null);
