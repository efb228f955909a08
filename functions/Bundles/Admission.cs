using Serverless.Channels;
using Serverless.Releases;

namespace Serverless.Bundles;

/// <summary>What is to be done with an upload, judged by what the catalog already holds. Pure.</summary>
internal abstract record Admission
{
    private Admission()
    {
    }

    /// <summary>A version that is not there yet.</summary>
    public sealed record Publish : Admission;

    /// <summary>The release exists and was collected; it is to be stored and signed again, and the channel to point at it.</summary>
    public sealed record Restore(Release Release) : Admission;

    /// <summary>The release exists with these bytes; the channel is to point at it.</summary>
    public sealed record Promote(Release Release) : Admission;

    /// <summary>The channel already points at this very release, or moves to it: a redelivered upload.</summary>
    public sealed record Done(Release Release) : Admission;

    public sealed record Refused(Rejection Rejection) : Admission;

    /// <param name="upload">The name under which the zip was dropped.</param>
    /// <param name="uploadSha256">Of the zip.</param>
    /// <param name="release">The release of that version, if there is one.</param>
    /// <param name="channel">The channel, if there is one.</param>
    /// <param name="allowDowngrade">The developer means to go back.</param>
    public static Admission Decide(UploadName upload, Sha256Digest uploadSha256, Release? release, Channel? channel, bool allowDowngrade)
    {
        if (release is not null && release.UploadSha256 != uploadSha256 && release.Zip.Sha256 != uploadSha256)
        {
            return Refuse(RejectionCode.VersionConflict, $"Version {upload.Version} exists with other content; a version never changes, so use a new one.");
        }

        if (release is { WithdrawnBecause: not null })
        {
            return Refuse(RejectionCode.VersionWithdrawn, $"Version {upload.Version} was withdrawn; publish a higher one.");
        }

        if (release is not null && (channel?.Target == release.Version || channel?.Rollout?.Candidate == release.Version))
        {
            return new Done(release);
        }

        if (channel?.Newest is { } current && upload.Version <= current && !allowDowngrade)
        {
            return Refuse(
                RejectionCode.VersionNotHigher,
                $"Version {upload.Version} is not higher than {current}, which channel {upload.Channel} offers; set the blob metadata allow_downgrade=true to go back.");
        }

        return release switch
        {
            null => new Publish(),
            { CollectedAt: not null } => new Restore(release),
            _ => new Promote(release),
        };
    }

    private static Refused Refuse(string code, string sentence) => new(new Rejection(code, sentence));
}
