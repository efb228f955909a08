using System.Collections.Immutable;

namespace Serverless.Rollbacks;

/// <summary>An incident as the management API shows it.</summary>
internal sealed record IncidentDescription
{
    public required string Version { get; init; }

    public required IncidentKind Kind { get; init; }

    public required IncidentState State { get; init; }

    public required string Reason { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    public DateTimeOffset? EstimatedResolution { get; init; }

    /// <summary>Such as <c>platform:ios</c>; empty is all of the fleet.</summary>
    public required ImmutableArray<string> Cells { get; init; }

    public required ImmutableArray<DescribedMove> Plan { get; init; }

    public required ImmutableArray<DescribedMove> Moves { get; init; }

    public required ImmutableArray<IncidentStep> Steps { get; init; }

    public static IncidentDescription Of(Incident incident) => new()
    {
        Version = incident.Version.Value,
        Kind = incident.Kind,
        State = incident.State,
        Reason = incident.Reason,
        OpenedAt = incident.OpenedAt,
        ClosedAt = incident.ClosedAt,
        EstimatedResolution = incident.IsUnderWay ? incident.EstimatedResolution : null,
        Cells = [.. incident.Cells.Select(cell => $"{cell}")],
        Plan = [.. incident.Plan.Select(DescribedMove.Of)],
        Moves = [.. incident.LastMoves.Select(DescribedMove.Of)],
        Steps = incident.Steps,
    };
}

/// <param name="Channel">Which.</param>
/// <param name="Kind">What of it moves.</param>
/// <param name="Target">A version, or <c>builtin</c>.</param>
/// <param name="Cell">For a detour: whom it leads.</param>
internal sealed record DescribedMove(string Channel, MoveKind Kind, string Target, string? Cell = null)
{
    public static DescribedMove Of(ChannelMove move) => new(move.Channel.Value, move.Kind, move.TargetName, move.Cell?.ToString());
}

/// <summary>A page of an app's incidents.</summary>
/// <param name="Incidents">Newest first.</param>
/// <param name="Next">Where the next page begins; null at the end.</param>
internal sealed record IncidentList(ImmutableArray<IncidentDescription> Incidents, string? Next);

/// <summary>What somebody does about an incident.</summary>
internal enum IncidentAction
{
    /// <summary>Stop the automation; the rest is done by people.</summary>
    Takeover,

    /// <summary>It is over. A pause of the release is lifted.</summary>
    Resolve,

    /// <summary>Withdraw the release, and lead its channels back.</summary>
    Rollback,

    /// <summary>Lead the channels that the release had, or has, to another release.</summary>
    Rollforward,
}

/// <param name="Action">What.</param>
/// <param name="Reason">Why, for the ledger.</param>
/// <param name="To">For a rollback, the release to go back to instead of the newest servable one; for a rollforward, where to.</param>
internal sealed record IncidentOrder(IncidentAction Action, string Reason, string? To = null);
