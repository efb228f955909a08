using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Serverless.Channels;
using Serverless.Devices;
using Serverless.Releases;

namespace Serverless.Rollbacks;

/// <summary>What an incident is about.</summary>
internal enum IncidentKind
{
    /// <summary>A decision against the release; it goes through every state.</summary>
    Rollback,

    /// <summary>The release is not what was signed. It stays open, as evidence, and nothing is moved.</summary>
    Verification,

    /// <summary>A synthetic device could not install the release. It closes by itself when one can.</summary>
    Probe,
}

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

    public IncidentKind Kind { get; init; }

    public required IncidentState State { get; init; }

    /// <summary>The decision's reason, as written when it was taken.</summary>
    public required string Reason { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>The parts of the fleet it is about; empty is all of it.</summary>
    public ImmutableArray<Cell> Cells { get; init; } = [];

    /// <summary>When it was resolved, escalated or taken over; null while it is under way.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>When it is expected to be resolved, by how long earlier ones took.</summary>
    public DateTimeOffset? EstimatedResolution { get; init; }

    /// <summary>The target that somebody asked for; null is the newest that is provably servable.</summary>
    public BundleVersion? Ordered { get; init; }

    /// <summary>Where channels are to go, each target proven. Replaced when it is made again.</summary>
    public ImmutableArray<ChannelMove> Plan { get; init; } = [];

    /// <summary>Channels for which there is nowhere to go; they stay.</summary>
    public ImmutableArray<ChannelName> Stranded { get; init; } = [];

    /// <summary>Where the recovery brought the channels.</summary>
    public ImmutableArray<ChannelMove> Moves { get; init; } = [];

    /// <summary>Where people led channels instead, the last of each. Null where nobody did: the ledger holds digests of incidents as they were written before there was this.</summary>
    public ImmutableArray<ChannelMove>? Led { get; init; }

    /// <summary>All it went through, oldest first; the last one is <see cref="State"/>.</summary>
    public ImmutableArray<IncidentStep> Steps { get; init; } = [];

    /// <summary>Where the incident left the channels, whoever moved them last.</summary>
    [JsonIgnore]
    public IEnumerable<ChannelMove> LastMoves => Moves.Where(move => move.Cell is not null || !LedOrNone.Any(led => led.Channel == move.Channel)).Concat(LedOrNone);

    /// <summary>The recovery has steps to take.</summary>
    [JsonIgnore]
    public bool IsUnderWay => Kind is IncidentKind.Rollback && State <= IncidentState.Probed;

    /// <summary>People decided last, and the automation leaves it to them.</summary>
    [JsonIgnore]
    public bool IsInHumanHands => State is IncidentState.TakenOver || (State is IncidentState.Resolved && Steps is [.., var last] && !IncidentActor.IsAutomation(last.Actor));

    /// <summary>When it came into its state.</summary>
    [JsonIgnore]
    public DateTimeOffset Since => Steps is [.., var last] ? last.At : OpenedAt;

    private ImmutableArray<ChannelMove> LedOrNone => Led ?? [];

    /// <summary>The incident after people led channels to a release.</summary>
    public Incident Lead(IReadOnlyCollection<ChannelName> channels, BundleVersion to) => this with
    {
        Led = [.. LedOrNone.Where(move => !channels.Contains(move.Channel)), .. channels.Select(channel => new ChannelMove(channel, to))],
    };

    /// <summary>The incident in its next state.</summary>
    public Incident Enter(IncidentState state, string actor, string note, DateTimeOffset at) => this with
    {
        State = state,
        ClosedAt = state is IncidentState.Resolved or IncidentState.Escalated or IncidentState.TakenOver ? at : null,
        Steps = Steps.Add(new IncidentStep(state, at, actor, note)),
    };
}

/// <param name="State">What it came to.</param>
/// <param name="At">When.</param>
/// <param name="Actor">Who brought it there: one of <see cref="IncidentActor"/>, or the id of a principal.</param>
/// <param name="Note">What was found or done, in sentences.</param>
internal sealed record IncidentStep(IncidentState State, DateTimeOffset At, string Actor, string Note);

/// <summary>What brings incidents on, as the ledger names it. Whoever is not here is a principal: somebody decided.</summary>
internal static class IncidentActor
{
    public const string Policy = "rollback-policy";
    public const string Recovery = "recovery";
    public const string Verification = "verification";
    public const string Probe = "synthetic-device";

    public static bool IsAutomation(string actor) => actor is Policy or Recovery or Verification or Probe;
}

/// <summary>How a channel led devices to the release.</summary>
internal enum MoveKind
{
    /// <summary>It pointed at it.</summary>
    Pointer,

    /// <summary>It was the candidate of its rollout, which is aborted.</summary>
    Rollout,

    /// <summary>For a part of the fleet, which is led elsewhere.</summary>
    Detour,
}

/// <param name="Channel">The channel that moved.</param>
/// <param name="Target">What it points at now; null is the bundle inside the app.</param>
/// <param name="Kind">What of it moved.</param>
/// <param name="Cell">For a detour: whom it leads.</param>
internal sealed record ChannelMove(ChannelName Channel, BundleVersion? Target = null, MoveKind Kind = MoveKind.Pointer, Cell? Cell = null)
{
    [JsonIgnore]
    public string TargetName => Target?.Value ?? BundleVersion.Builtin;

    [JsonIgnore]
    public string Where => Cell is { } cell ? $"{Channel} for {cell}" : $"{Channel}";
}
