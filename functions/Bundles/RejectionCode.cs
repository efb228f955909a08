namespace Serverless.Bundles;

/// <summary>Every reason for which intake refuses an upload but for rules on its content. Stable: scripts and dashboards match on them.</summary>
internal static class RejectionCode
{
    public const string InvalidUploadName = "invalid_upload_name";
    public const string InvalidAppId = "invalid_app_id";
    public const string InvalidChannel = "invalid_channel";
    public const string InvalidVersion = "invalid_version";
    public const string ReservedVersion = "reserved_version";
    public const string InvalidMetadata = "invalid_metadata";

    public const string TooLarge = "too_large";
    public const string NotAZip = "not_a_zip";
    public const string TruncatedZip = "truncated_zip";
    public const string CorruptZip = "corrupt_zip";
    public const string TooManyEntries = "too_many_entries";
    public const string CompressionRatio = "compression_ratio";
    public const string PathTraversal = "path_traversal";
    public const string AbsolutePath = "absolute_path";
    public const string BackslashPath = "backslash_path";
    public const string InvalidEntryName = "invalid_entry_name";
    public const string DecomposedName = "decomposed_name";
    public const string DuplicateName = "duplicate_name";
    public const string CaseCollision = "case_collision";
    public const string Symlink = "symlink";
    public const string EncryptedEntry = "encrypted_entry";
    public const string UnsupportedCompression = "unsupported_compression";

    public const string NoIndexHtml = "no_index_html";
    public const string NoNotifyAppReady = "no_notify_app_ready";
    public const string ChecksumMismatch = "checksum_mismatch";

    public const string VersionConflict = "version_conflict";
    public const string VersionNotHigher = "version_not_higher";
    public const string VersionWithdrawn = "version_withdrawn";
    public const string ReleaseUnverified = "release_unverified";
    public const string ApprovalDeclined = "approval_declined";
}
