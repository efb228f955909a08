namespace Serverless.Rollbacks;

/// <summary>How long a recovery will probably take. Pure.</summary>
internal static class ResolutionEstimate
{
    private static readonly TimeSpan Unknown = TimeSpan.FromMinutes(30);

    /// <summary>The median of how long the app's resolved incidents took, or half an hour when there are none.</summary>
    public static TimeSpan Of(IEnumerable<Incident> earlier)
    {
        TimeSpan[] taken =
        [
            .. earlier.Where(incident => incident is { Kind: IncidentKind.Rollback, State: IncidentState.Resolved, ClosedAt: not null })
                .Select(incident => incident.ClosedAt!.Value - incident.OpenedAt)
                .Order(),
        ];
        return taken.Length == 0 ? Unknown : (taken[(taken.Length - 1) / 2] + taken[taken.Length / 2]) / 2;
    }
}
