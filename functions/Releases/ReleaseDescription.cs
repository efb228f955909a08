using System.Collections.Immutable;
using Serverless.Bundles.Content;
using Serverless.Channels;
using Serverless.Outcomes;
using Serverless.Rollbacks;

namespace Serverless.Releases;

/// <summary>A release as the management API shows it.</summary>
internal sealed record ReleaseDescription
{
    public required string Version { get; init; }

    public required long Sequence { get; init; }

    public required ReleaseState State { get; init; }

    /// <summary>Why it was withdrawn or paused.</summary>
    public string? Because { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Of the zip as it was uploaded.</summary>
    public required string UploadSha256 { get; init; }

    /// <summary>Of the zip that devices without a key get.</summary>
    public required string Sha256 { get; init; }

    public required string Crc32 { get; init; }

    /// <summary>In bytes.</summary>
    public required long Size { get; init; }

    public required int Files { get; init; }

    /// <summary>What devices with a key get, by key.</summary>
    public required ImmutableArray<DescribedForm> Forms { get; init; }

    /// <summary>What its developer said about it.</summary>
    public required DescribedNotes Notes { get; init; }

    /// <summary>Rules on content that it breaks, and was published all the same.</summary>
    public required ImmutableArray<ContentFinding> Warnings { get; init; }

    /// <summary>Channels that lead devices to it.</summary>
    public required ImmutableArray<LeadingChannel> Channels { get; init; }

    /// <summary>What became of it on devices.</summary>
    public required DescribedOutcomes Outcomes { get; init; }

    public required EvidenceDescription Evidence { get; init; }

    public static ReleaseDescription Of(Release release, IEnumerable<Channel> channels, ReleaseTally tally, EvidenceDescription evidence) => new()
    {
        Version = release.Version.Value,
        Sequence = release.Sequence,
        State = ReleaseSummary.StateOf(release),
        Because = release.WithdrawnBecause ?? release.PausedBecause,
        CreatedAt = release.CreatedAt,
        UploadSha256 = release.UploadSha256.Hex,
        Sha256 = release.Zip.Sha256.Hex,
        Crc32 = release.Zip.Crc32,
        Size = release.Zip.Size,
        Files = release.FileCount,
        Forms = [.. release.SignedForms.Select(form => new DescribedForm(form.KeyId, form.CiphertextSha256.Hex, form.CiphertextSize, form.FileList?.Hex, form.Document?.Hex))],
        Notes = new DescribedNotes(
            release.Notes.Notes, release.Notes.MinNative, release.Notes.Link, release.Notes.Comment, release.Notes.RollbackFloor?.Value),
        Warnings = release.Content?.Warnings ?? [],
        Channels = LeadingChannel.To(release.Version, channels),
        Outcomes = DescribedOutcomes.Of(tally),
        Evidence = evidence,
    };
}

/// <param name="KeyId">Of the key that signed it.</param>
/// <param name="Sha256">Of the encrypted zip.</param>
/// <param name="Size">Of the encrypted zip, in bytes.</param>
/// <param name="FileListSha256">Of the list of its encrypted files; null where there is only the zip.</param>
/// <param name="DocumentSha256">Of the release document that the key signed.</param>
internal sealed record DescribedForm(string KeyId, string Sha256, long Size, string? FileListSha256, string? DocumentSha256);

/// <param name="Notes">For people.</param>
/// <param name="MinNative">Lowest native version the bundle runs in.</param>
/// <param name="Link">Shown by the app.</param>
/// <param name="Comment">Shown by the app.</param>
/// <param name="RollbackFloor">The lowest version that devices may go back to from it.</param>
internal sealed record DescribedNotes(string? Notes, string? MinNative, string? Link, string? Comment, string? RollbackFloor);

/// <param name="Channel">Which.</param>
/// <param name="By">Of its ways, the one by which most devices come.</param>
internal sealed record LeadingChannel(string Channel, MoveKind By)
{
    /// <returns>Oldest channel first.</returns>
    public static ImmutableArray<LeadingChannel> To(BundleVersion version, IEnumerable<Channel> channels) =>
    [
        .. channels.Where(channel => channel.LeadsTo(version)).OrderBy(channel => channel.Id).Select(channel => new LeadingChannel(
            channel.Name.Value,
            channel.Target == version ? MoveKind.Pointer : channel.Rollout?.Candidate == version ? MoveKind.Rollout : MoveKind.Detour)),
    ];
}

/// <summary>Distinct devices of a release.</summary>
/// <param name="Total">All of them.</param>
/// <param name="Cells">By part of the fleet, such as <c>platform:ios</c>. A device is in up to four.</param>
/// <param name="Codes">Failed ones by what they reported.</param>
internal sealed record DescribedOutcomes(
    OutcomeTally Total, ImmutableSortedDictionary<string, OutcomeTally> Cells, ImmutableSortedDictionary<string, long> Codes)
{
    public static DescribedOutcomes Of(ReleaseTally tally) => new(
        tally.Total,
        tally.Cells.ToImmutableSortedDictionary(cell => $"{cell.Key}", cell => cell.Value, StringComparer.Ordinal),
        tally.Codes.ToImmutableSortedDictionary(StringComparer.Ordinal));
}
