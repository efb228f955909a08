using System.Collections.Immutable;
using Serverless.Bundles;
using Serverless.Channels;
using Serverless.Ledger;

namespace Serverless.Releases;

/// <summary>What publishing or promoting a release changes, and what the ledger says about it. Pure.</summary>
internal static class ReleasePublication
{
    /// <param name="upload">The developer's act.</param>
    /// <param name="release">The release to offer.</param>
    /// <param name="channel">The channel as it is; null when this is its first upload.</param>
    /// <param name="channelCount">Channels the app has.</param>
    /// <param name="isNew">The release is published rather than promoted.</param>
    /// <param name="actor">Who does it.</param>
    public static CatalogChange Change(UploadName upload, Release release, Channel? channel, int channelCount, bool isNew, string actor)
    {
        var before = channel ?? Channel.New(upload.Channel, channelCount + 1);
        var ledger = ImmutableArray.CreateBuilder<LedgerEntry>();
        if (isNew)
        {
            ledger.Add(new LedgerEntry(
                LedgerKind.BundleAccepted, actor, $"{release.Version}", $"sha256 {release.Zip.Sha256}, {release.Zip.Size} bytes, {release.FileCount} files"));
            ledger.AddRange(release.SignedForms.Select(form => Signed(release.Version, form, actor)));
            ledger.Add(new LedgerEntry(LedgerKind.ReleasePublished, actor, $"{release.Version}", $"sequence {release.Sequence}"));
        }

        if (channel is null)
        {
            ledger.Add(new LedgerEntry(LedgerKind.ChannelCreated, actor, $"{upload.Channel}", before.Public ? "public" : "chosen by name"));
        }

        ledger.Add(new LedgerEntry(
            LedgerKind.ChannelMoved, actor, $"{upload.Channel}", $"from {before.Target?.Value ?? BundleVersion.Builtin} to {release.Version}"));
        return new CatalogChange
        {
            Releases = isNew ? [release] : [],
            Channels = [before.PointAt(release.Version)],
            Ledger = ledger.ToImmutable(),
        };
    }

    /// <summary>What the ledger says about a signed form, whenever it was made.</summary>
    public static LedgerEntry Signed(BundleVersion version, SignedForm form, string actor) => new(
        LedgerKind.BundleSigned,
        actor,
        $"{version}",
        $"key {form.KeyId}, ciphertext sha256 {form.CiphertextSha256}, file list sha256 {form.FileList?.Hex ?? "none"}, document sha256 {form.Document?.Hex ?? "none"}");
}
