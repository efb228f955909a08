using System.Collections.Immutable;
using Serverless.Releases;

namespace Serverless.Bundles;

/// <summary>How far an upload is.</summary>
internal enum UploadState
{
    /// <summary>Intake has not decided yet.</summary>
    Waiting,

    /// <summary>Intake accepted it, and its channel needs approvals that are not there yet.</summary>
    AwaitingApproval,

    Published,
    Rejected,
}

/// <summary>What became of an upload.</summary>
/// <param name="State">Which of the other members there are.</param>
/// <param name="Code">Of a refused one: of <see cref="RejectionCode"/>.</param>
/// <param name="Sentence">Why it was refused.</param>
/// <param name="Entry">The offending zip entry, if one is at fault.</param>
/// <param name="Release">The release's sequence number.</param>
/// <param name="Sha256">Of the zip that devices get.</param>
/// <param name="Repacked">Whether it is another one than the upload.</param>
/// <param name="Keys">The ids of the keys that signed it.</param>
/// <param name="Warnings">The codes of what is not as it should be in it, and did not keep it from being published.</param>
/// <param name="Approvals">How many were given.</param>
/// <param name="Required">How many its channel needs.</param>
internal sealed record UploadVerdict(
    UploadState State,
    string? Code = null,
    string? Sentence = null,
    string? Entry = null,
    long? Release = null,
    string? Sha256 = null,
    bool? Repacked = null,
    ImmutableArray<string>? Keys = null,
    ImmutableArray<string>? Warnings = null,
    int? Approvals = null,
    int? Required = null)
{
    public static UploadVerdict Waiting { get; } = new(UploadState.Waiting);

    public static UploadVerdict Rejected(Rejection why) => new(UploadState.Rejected, why.Code, why.Sentence, why.Entry);

    public static UploadVerdict Published(Release release) => new(
        UploadState.Published,
        Release: release.Sequence,
        Sha256: release.Zip.Sha256.Hex,
        Repacked: release.Zip.Sha256 != release.UploadSha256,
        Keys: [.. release.SignedForms.Select(form => form.KeyId)],
        Warnings: release.Content is { Warnings: [_, ..] warnings } ? [.. warnings.Select(warning => warning.Code)] : null);
}

/// <summary>Finds out what became of an upload, by what intake leaves behind.</summary>
internal sealed class UploadVerdicts(DropZone dropZone, ReleaseCatalog catalog)
{
    /// <returns>Waiting also for an upload that another one took the place of.</returns>
    public async Task<UploadVerdict> FindAsync(UploadName name, UploadReceipt receipt, CancellationToken cancellation)
    {
        if (await dropZone.FindReasonAsync(name.ToString(), receipt.ETag, cancellation) is { } reason)
        {
            return UploadVerdict.Rejected(new Rejection(reason.Code, reason.Sentence, reason.Entry));
        }

        if (await dropZone.FindAsync(name.ToString(), cancellation) is null
            && await catalog.FindReleaseAsync(name.App, name.Version, cancellation) is { CollectedAt: null } release && release.UploadSha256 == receipt.Sha256)
        {
            return UploadVerdict.Published(release);
        }

        if (await catalog.FindApprovalAsync(name.App, name.Channel, name.Version, cancellation) is { Declined: null, Granted: 0 } request && request.IsOf(receipt.ETag))
        {
            var channel = await catalog.FindChannelAsync(name.App, name.Channel, cancellation);
            return new UploadVerdict(UploadState.AwaitingApproval, Approvals: request.Approvals.Length, Required: channel?.Approvals?.Required ?? 0);
        }

        return UploadVerdict.Waiting;
    }
}
