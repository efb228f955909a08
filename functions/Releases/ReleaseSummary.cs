namespace Serverless.Releases;

/// <summary>What a list shows of a release. Stored beside each release under its sequence, so that a page of a list is one query, however many there are.</summary>
/// <param name="Version">The release.</param>
/// <param name="Sequence">Its place among the app's releases, from 1.</param>
/// <param name="CreatedAt">When its bundle was dropped.</param>
/// <param name="Size">Of the zip, in bytes.</param>
/// <param name="Files">How many it holds.</param>
/// <param name="State">Whether it may be offered.</param>
/// <param name="Notes">Of its developer, for people.</param>
internal sealed record ReleaseSummary(
    BundleVersion Version, long Sequence, DateTimeOffset CreatedAt, long Size, int Files, ReleaseState State, string? Notes = null)
{
    public static ReleaseSummary Of(Release release) =>
        new(release.Version, release.Sequence, release.CreatedAt, release.Zip.Size, release.FileCount, StateOf(release), release.Notes.Notes);

    public static ReleaseState StateOf(Release release) => release switch
    {
        { CollectedAt: not null } => ReleaseState.Collected,
        { WithdrawnBecause: not null } => ReleaseState.Withdrawn,
        { PausedBecause: not null } => ReleaseState.Paused,
        _ => ReleaseState.Offered,
    };
}

/// <summary>Whether a release may be offered.</summary>
internal enum ReleaseState
{
    /// <summary>To every device that a channel leads to it.</summary>
    Offered,

    /// <summary>To nobody new; it stays where it runs.</summary>
    Paused,

    /// <summary>To nobody any more.</summary>
    Withdrawn,

    /// <summary>To nobody, because its blobs are gone or go soon; the same bundle may be uploaded again.</summary>
    Collected,
}
