using System.Globalization;
using Serverless.Outcomes;

namespace Serverless.Rollbacks;

/// <summary>The step from probed to resolved: are the devices that had the release back on a good one? Pure.</summary>
internal static class RecoveryWatch
{
    public static RecoveryFinding Judge(Incident incident, ReleaseTally release, RecoveryOptions options, DateTimeOffset now)
    {
        var tally = Affected(incident, release);
        var share = tally.Exposed == 0 ? 1 : (double)tally.Recovered / tally.Exposed;
        var counts = string.Create(CultureInfo.InvariantCulture, $"{tally.Recovered} of {tally.Exposed} exposed devices are back on a good version ({share:P1})");
        return (share >= options.MinRecoveredShare, now - incident.Since >= options.Deadline) switch
        {
            (true, _) => new RecoveryFinding(IncidentState.Resolved, $"{counts}."),
            (_, true) => new RecoveryFinding(IncidentState.Escalated, string.Create(CultureInfo.InvariantCulture, $"{counts} after {options.Deadline}; it takes {options.MinRecoveredShare:P1}.")),
            _ => new RecoveryFinding(null, $"{counts}."),
        };
    }

    // Cells of one kind share no device. Those of several kinds overlap, and of a device in two of them both must recover.
    private static OutcomeTally Affected(Incident incident, ReleaseTally release) => incident.Cells.IsEmpty
        ? release.Total
        : incident.Cells.Aggregate(default(OutcomeTally), (sum, cell) => sum + release.Cells.GetValueOrDefault(cell));
}
