namespace Serverless.Management;

/// <summary>Why a management call failed, for scripts. Stable, and listed in the README.</summary>
internal static class ProblemCode
{
    public const string HttpsRequired = "https_required";
    public const string Unauthenticated = "unauthenticated";
    public const string Forbidden = "forbidden";
    public const string CrossSite = "cross_site";
    public const string IssuerUnavailable = "issuer_unavailable";
    public const string AppNotFound = "app_not_found";
    public const string AppKeyNotFound = "app_key_not_found";
    public const string TooManyAppKeys = "too_many_app_keys";
    public const string AuthenticationUnmeetable = "authentication_unmeetable";
    public const string InvalidCertificates = "invalid_certificates";
    public const string MissingParameter = "missing_parameter";
    public const string InvalidParameter = "invalid_parameter";
    public const string ChannelNotFound = "channel_not_found";
    public const string InvalidJson = "invalid_json";
    public const string BodyTooLarge = "body_too_large";
    public const string BodyIncomplete = "body_incomplete";
    public const string UnknownMember = "unknown_member";
    public const string InvalidMember = "invalid_member";
    public const string MissingIfMatch = "missing_if_match";
    public const string ChangedMeanwhile = "changed_meanwhile";
    public const string IncidentNotFound = "incident_not_found";
    public const string KeyNotFound = "key_not_found";
    public const string KeyInUse = "key_in_use";
    public const string KeyTooNew = "key_too_new";
    public const string KeyDisabledForAll = "key_disabled_for_all";
    public const string CustodianUnavailable = "custodian_unavailable";
    public const string LastKey = "last_key";
    public const string NoRamp = "no_ramp";
    public const string NoRollout = "no_rollout";
    public const string ReleaseNotFound = "release_not_found";
    public const string ReleaseUnverified = "release_unverified";
    public const string ReleaseCollected = "release_collected";
    public const string ReleaseWithdrawn = "release_withdrawn";
    public const string TooManyPins = "too_many_pins";
    public const string VersionNotHigher = "version_not_higher";
    public const string NoticeNotFound = "notice_not_found";
    public const string NoticeClosed = "notice_closed";
    public const string TooManyNotices = "too_many_notices";
    public const string PinsUnavailable = "pins_unavailable";
    public const string TooManyRequests = "too_many_requests";
    public const string ApprovalNotFound = "approval_not_found";
    public const string ApprovalsNotRequired = "approvals_not_required";
    public const string ApprovalRequired = "approval_required";
    public const string ApprovalDeclined = "approval_declined";
    public const string DigestMismatch = "digest_mismatch";
    public const string NotAnApprover = "not_an_approver";
    public const string OwnUpload = "own_upload";
    public const string UploaderUnknown = "uploader_unknown";
    public const string TokenNotFound = "token_not_found";
    public const string TokenNameTaken = "token_name_taken";
    public const string TooManyTokens = "too_many_tokens";
    public const string StorageUnavailable = "storage_unavailable";
}
