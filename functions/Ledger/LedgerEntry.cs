namespace Serverless.Ledger;

/// <summary>One act, as it is written into an app's hash chain.</summary>
/// <param name="Kind">What happened, such as <c>release.published</c>.</param>
/// <param name="Actor">Who did it: <c>intake</c>, <c>rollback-policy</c>, or a principal.</param>
/// <param name="Subject">What it was done to, such as a version or a channel.</param>
/// <param name="Why">The reason, or what it amounts to, in words.</param>
internal sealed record LedgerEntry(string Kind, string Actor, string Subject, string Why);

/// <summary>The kinds of acts. Stable: auditors search by them.</summary>
internal static class LedgerKind
{
    public const string BundleUploaded = "bundle.uploaded";
    public const string BundleAccepted = "bundle.accepted";
    public const string BundleRejected = "bundle.rejected";
    public const string BundleWarned = "bundle.warned";
    public const string BundleSigned = "bundle.signed";
    public const string ReleasePublished = "release.published";
    public const string ReleasePromoted = "release.promoted";
    public const string ReleaseWithdrawn = "release.withdrawn";
    public const string ReleasePaused = "release.paused";
    public const string ReleaseResumed = "release.resumed";
    public const string ReleaseCollected = "release.collected";
    public const string ReleaseRestored = "release.restored";
    public const string ChannelCreated = "channel.created";
    public const string ChannelChanged = "channel.changed";
    public const string ChannelMoved = "channel.moved";
    public const string ChannelRamp = "channel.ramp";
    public const string ChannelDetoured = "channel.detoured";
    public const string ChannelApprovals = "channel.approvals";

    /// <summary>Of all that happens to a request for approvals.</summary>
    internal const string ApprovalPrefix = "approval.";

    public const string ApprovalRequested = "approval.requested";
    public const string ApprovalGiven = "approval.given";
    public const string ApprovalWithdrawn = "approval.withdrawn";
    public const string ApprovalVoided = "approval.voided";
    public const string ApprovalGranted = "approval.granted";
    public const string ApprovalDeclined = "approval.declined";
    public const string ApprovalBreakGlass = "approval.break_glass";
    public const string ApprovalUsed = "approval.used";
    public const string RolloutStarted = "rollout.started";
    public const string RolloutChanged = "rollout.changed";
    public const string RolloutFinished = "rollout.finished";
    public const string RolloutAborted = "rollout.aborted";
    public const string DevicePinned = "device.pinned";
    public const string DeviceUnpinned = "device.unpinned";
    public const string DeviceKeyRevoked = "device.key_revoked";
    public const string DeviceErased = "device.erased";
    public const string AuthenticationChanged = "authentication.changed";
    public const string EnrolmentIssued = "enrolment.issued";

    /// <summary>Of all that happens to an incident.</summary>
    internal const string IncidentPrefix = "incident.";

    public const string IncidentOpened = "incident.opened";
    public const string IncidentReopened = "incident.reopened";
    public const string IncidentVerified = "incident.verified";
    public const string IncidentMoved = "incident.moved";
    public const string IncidentConfirmed = "incident.confirmed";
    public const string IncidentProbed = "incident.probed";
    public const string IncidentResolved = "incident.resolved";
    public const string IncidentEscalated = "incident.escalated";
    public const string IncidentPaused = "incident.paused";
    public const string IncidentTakenOver = "incident.taken_over";
    public const string IncidentChanged = "incident.changed";
    public const string RollbackVerified = "rollback.verified";
    public const string NoticePublished = "notice.published";
    public const string NoticeChanged = "notice.changed";
    public const string NoticeClosed = "notice.closed";
    public const string KeyAdded = "key.added";
    public const string KeyRetired = "key.retired";
    public const string KeyDisabled = "key.disabled";
    public const string KeyEnabled = "key.enabled";
    public const string TokenIssued = "token.issued";
    public const string TokenRevoked = "token.revoked";
}
