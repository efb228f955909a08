using System.Collections.Immutable;

namespace Serverless.Deliveries;

/// <summary>What webhooks are told of. Stable: receivers branch on it.</summary>
internal static class EventType
{
    public const string ApprovalRequested = "approval.requested";
    public const string ApprovalGranted = "approval.granted";
    public const string ApprovalBreakGlass = "approval.break_glass";
    public const string IncidentOpened = "incident.opened";
    public const string IncidentUpdated = "incident.updated";
    public const string IncidentResolved = "incident.resolved";
    public const string NoticePublished = "notice.published";
    public const string ReleasePublished = "release.published";
    public const string ReleaseWithdrawn = "release.withdrawn";

    public static readonly ImmutableArray<string> All =
        [ApprovalRequested, ApprovalGranted, ApprovalBreakGlass, IncidentOpened, IncidentUpdated, IncidentResolved, NoticePublished, ReleasePublished, ReleaseWithdrawn];
}
