using System.Text.Json;
using Serverless.Ledger;

namespace Serverless.Rollbacks;

/// <summary>
/// What the ledger says of an incident: each step in words, and the digest of the row that it left, which an audit holds against the stored
/// one. Pure.
/// </summary>
internal static class IncidentEntries
{
    /// <summary>The incident's last step.</summary>
    public static LedgerEntry Entered(Incident incident)
    {
        var step = incident.Steps[^1];
        return Tell(KindOf(step.State, isFirst: incident.Steps.Length == 1), incident, step.Actor, step.Note);
    }

    /// <summary>A change within a state.</summary>
    public static LedgerEntry Changed(Incident incident, string actor, string note) => Tell(LedgerKind.IncidentChanged, incident, actor, note);

    /// <summary>The kind under which coming to a state is told.</summary>
    public static string KindOf(IncidentState state, bool isFirst) => state switch
    {
        IncidentState.Opened when isFirst => LedgerKind.IncidentOpened,
        IncidentState.Opened => LedgerKind.IncidentReopened,
        IncidentState.Verified => LedgerKind.IncidentVerified,
        IncidentState.Moved => LedgerKind.IncidentMoved,
        IncidentState.Confirmed => LedgerKind.IncidentConfirmed,
        IncidentState.Probed => LedgerKind.IncidentProbed,
        IncidentState.Resolved => LedgerKind.IncidentResolved,
        IncidentState.Escalated => LedgerKind.IncidentEscalated,
        IncidentState.Paused => LedgerKind.IncidentPaused,
        _ => LedgerKind.IncidentTakenOver,
    };

    private static LedgerEntry Tell(string kind, Incident incident, string actor, string note) =>
        new(kind, actor, $"{incident.Version}", RowDigest.Tell(note, JsonSerializer.Serialize(incident, PipelineJson.Default.Incident)));
}
