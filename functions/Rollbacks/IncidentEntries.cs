using System.Text.Json;
using System.Text.RegularExpressions;
using Serverless.Ledger;
using Serverless.Releases;

namespace Serverless.Rollbacks;

/// <summary>
/// What the ledger says of an incident: each step in words, and the digest of the row that it left, which an audit holds against the stored
/// one. Pure.
/// </summary>
internal static partial class IncidentEntries
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

    /// <param name="document">The row, as stored.</param>
    public static Sha256Digest RowDigest(string document) => Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(document));

    /// <returns>The row's digest in the words of an entry, or null when they hold none.</returns>
    public static string? DigestIn(string words) => Words().Match(words) is { Success: true } match ? match.Groups["digest"].Value : null;

    private static LedgerEntry Tell(string kind, Incident incident, string actor, string note) =>
        new(kind, actor, $"{incident.Version}", $"{note} (row sha256 {RowDigest(JsonSerializer.Serialize(incident, PipelineJson.Default.Incident))})");

    [GeneratedRegex(@" \(row sha256 (?<digest>[0-9a-f]{64})\)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
