using System.Text.Json;
using Serverless.Ledger;

namespace Serverless.Releases;

/// <summary>What the ledger says of a release. An audit makes the same entries from the stored row and holds them against the ledger. Pure.</summary>
internal static class ReleaseEntries
{
    public static LedgerEntry Accepted(Release release, string actor) => new(
        LedgerKind.BundleAccepted, actor, $"{release.Version}", $"sha256 {release.Zip.Sha256}, {release.Zip.Size} bytes, {release.FileCount} files");

    /// <returns>Null for a release that breaks no rule.</returns>
    public static LedgerEntry? Warned(Release release, string actor) => release.Content is { Warnings: [_, ..] warnings }
        ? new LedgerEntry(
            LedgerKind.BundleWarned,
            actor,
            $"{release.Version}",
            string.Join(' ', warnings.Select(warning => warning.Entry is { } entry ? $"{warning.Code} in {entry}: {warning.Sentence}" : $"{warning.Code}: {warning.Sentence}")))
        : null;

    public static LedgerEntry Signed(Release release, SignedForm form, string actor) => new(
        LedgerKind.BundleSigned,
        actor,
        $"{release.Version}",
        $"key {form.KeyId}, ciphertext sha256 {form.CiphertextSha256}, file list sha256 {form.FileList?.Hex ?? "none"}, document sha256 {form.Document?.Hex ?? "none"}");

    public static LedgerEntry Published(Release release, string actor) => new(
        LedgerKind.ReleasePublished, actor, $"{release.Version}", $"sequence {release.Sequence}, row sha256 {RowDigest(release)}");

    public static LedgerEntry Collected(Release release, string actor) => new(
        LedgerKind.ReleaseCollected, actor, $"{release.Version}", $"at {release.CollectedAt:O}: no channel, device or way back needs it");

    /// <summary>The row anew, in the words of <see cref="Published"/>: another compressor may have made other bytes of the same files. Signatures have entries behind it.</summary>
    public static LedgerEntry Restored(Release release, string actor) => Published(release, actor) with { Kind = LedgerKind.ReleaseRestored };

    /// <summary>Of the release's stored row without what may be added later: the withdrawal, a pause, that it was collected, and forms for other keys, which have entries of their own.</summary>
    public static Sha256Digest RowDigest(Release release) =>
        Sha256Digest.Of(JsonSerializer.SerializeToUtf8Bytes(release with { WithdrawnBecause = null, PausedBecause = null, CollectedAt = null, SignedForms = [] }, PipelineJson.Default.Release));
}
