using System.Collections.Immutable;
using System.Globalization;
using Serverless.Releases;
using Serverless.Rollbacks;

namespace Serverless.Notices;

/// <summary>What the users of a release are told of its incident. Pure.</summary>
internal static class IncidentNotice
{
    /// <summary>A resolution is shown so long: most devices ask within days.</summary>
    private static readonly TimeSpan ResolutionShownFor = TimeSpan.FromDays(7);

    public static string Id(Incident incident) => IdOf("incident", incident);

    public static string ResolutionId(Incident incident) => IdOf("resolution", incident);

    /// <summary>The notice while the incident is under way. What people wrote into it stays.</summary>
    /// <param name="incident">As it is now.</param>
    /// <param name="isWithdrawn">The release is offered to nobody any more, and devices go back.</param>
    /// <param name="before">What was told last; null when nothing was.</param>
    /// <param name="usual">How long an incident usually takes.</param>
    /// <param name="now">The time.</param>
    public static Notice About(Incident incident, bool isWithdrawn, Notice? before, TimeSpan usual, DateTimeOffset now)
    {
        if (before is { IsManual: true })
        {
            return before;
        }

        var words = incident.State switch
        {
            IncidentState.Escalated => IncidentWords.Escalated,
            IncidentState.Paused => IncidentWords.Paused,
            _ => isWithdrawn ? IncidentWords.Withdrawn : IncidentWords.Paused,
        };
        var notice = before ?? New(Id(incident), NoticeKind.Incident, incident, now);
        return notice with
        {
            Texts = words.About(incident.Version),
            Audience = AudienceOf(incident),
            EstimatedEnd = words == IncidentWords.Withdrawn ? incident.EstimatedResolution ?? (incident.OpenedAt + usual) : null,
        };
    }

    /// <summary>The notice when it is over, with what users can look at to see that it is.</summary>
    public static Notice Resolution(Incident incident, DateTimeOffset now) => New(ResolutionId(incident), NoticeKind.Resolution, incident, now) with
    {
        Texts = IncidentWords.Resolved.About(incident.Version),
        // Whoever took over may have put devices elsewhere since.
        GoodVersions = incident.State is IncidentState.TakenOver ? [] : [.. incident.Moves.Select(move => move.Target?.Value ?? BundleVersion.Builtin).Distinct().Order(StringComparer.Ordinal)],
        EndsAt = (incident.ClosedAt ?? now) + ResolutionShownFor,
    };

    private static Notice New(string id, NoticeKind kind, Incident incident, DateTimeOffset now) => new()
    {
        Id = id,
        Kind = kind,
        Texts = ImmutableSortedDictionary<string, NoticeText>.Empty,
        Audience = AudienceOf(incident),
        Version = incident.Version,
        CreatedAt = now,
        UpdatedAt = now,
    };

    private static NoticeAudience AudienceOf(Incident incident) => new() { ExposedTo = incident.Version, Cells = incident.Cells };

    // Not the version alone: a release may have another incident after this one.
    private static string IdOf(string kind, Incident incident) =>
        NoticeId.Of(kind, incident.Version.Value, incident.OpenedAt.UtcTicks.ToString(CultureInfo.InvariantCulture));
}
