using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Serverless.Devices;
using Serverless.Releases;
using Serverless.Signing;
using Serverless.Storage;
using Serverless.Updates;

namespace Serverless.Bundles;

/// <summary>
/// Makes a sound bundle a release: bytes first, signatures next, and last, in one transaction, the release, the channel pointer and their
/// ledger rows. Stopped anywhere and run again, it ends in the same place: blobs are named by what they hold, and the ciphertext is derived.
/// </summary>
internal sealed class BundlePublisher(
    BundleStore store, ReleaseCatalog catalog, AppSnapshots snapshots, ICustodian custodian, Pepper pepper, TimeProvider time, IOptions<BundleOptions> options)
{
    private const string Actor = "intake";

    /// <returns>The release, or null when the catalog changed in a way that needs a new admission.</returns>
    public async Task<Release?> PublishAsync(
        UploadName upload, TempZip zip, BundleContents contents, Sha256Digest uploadSha256, UploadMetadata metadata, CancellationToken cancellation)
    {
        await StorePlainAsync(upload, zip, contents, cancellation);
        var forms = ImmutableArray.CreateBuilder<SignedForm>();
        foreach (var key in await custodian.GetActiveKeysAsync(cancellation))
        {
            forms.Add(await StoreEncryptedAsync(upload, zip, key, cancellation));
        }

        var draft = new Release
        {
            Version = upload.Version,
            Sequence = 0,
            UploadSha256 = uploadSha256,
            Zip = zip.Digests,
            SignedForms = forms.ToImmutable(),
            FileCount = contents.Files.Length,
            CreatedAt = time.GetUtcNow(),
            Notes = metadata.Notes,
        };
        return await CommitAsync(upload, draft, metadata, cancellation);
    }

    /// <summary>Points the channel at a release that exists.</summary>
    /// <returns>False when the catalog changed in a way that needs a new admission.</returns>
    public async Task<bool> PromoteAsync(UploadName upload, Release release, UploadMetadata metadata, CancellationToken cancellation) =>
        await CommitAsync(upload, release, metadata, cancellation) is not null;

    private async Task<Release?> CommitAsync(UploadName upload, Release draft, UploadMetadata metadata, CancellationToken cancellation)
    {
        Release? published = null;
        await catalog.ChangeAsync(
            upload.App,
            async (app, token) =>
            {
                var existing = app.Exists ? await catalog.FindReleaseAsync(upload.App, upload.Version, token) : null;
                var channel = app.Exists ? await catalog.FindChannelAsync(upload.App, upload.Channel, token) : null;
                var admission = Admission.Decide(upload, draft.UploadSha256, existing, channel, metadata.AllowDowngrade);
                published = admission switch
                {
                    Admission.Publish => draft with { Sequence = app.Sequence + 1 },
                    Admission.Promote promote => promote.Release,
                    Admission.Done done => done.Release,
                    _ => null,
                };
                return admission is Admission.Publish or Admission.Promote
                    ? ReleasePublication.Change(upload, published!, channel, app.ChannelCount, isNew: admission is Admission.Publish, Actor)
                    : null;
            },
            cancellation);

        // Whoever pushed sees it at once where they pushed; other instances look within seconds.
        snapshots.Invalidate(upload.App);
        return published;
    }

    private async Task StorePlainAsync(UploadName upload, TempZip zip, BundleContents contents, CancellationToken cancellation)
    {
        var digest = zip.Digests.Sha256;
        await store.PutAsync(BundleBlobs.Zip(upload.App, upload.Version, digest), zip.Rewind(), "application/zip", cancellation);
        using var checksums = new MemoryStream(ChecksumFile.Write(contents.Files, zip.Digests));
        await store.PutAsync(BundleBlobs.Checksums(upload.App, upload.Version, digest), checksums, "application/json", cancellation);
    }

    private async Task<SignedForm> StoreEncryptedAsync(UploadName upload, TempZip zip, ISigningKey key, CancellationToken cancellation)
    {
        var digest = zip.Digests.Sha256;
        var cipher = BundleCipher.For(upload.App, upload.Version, digest, key.PublicKey.KeyId, pepper);
        using var encrypted = await TempZip.WriteAsync(
            options.Value.TempFolder, output => cipher.EncryptAsync(zip.Rewind(), output, cancellation), cancellation);
        var name = BundleBlobs.EncryptedZip(upload.App, upload.Version, encrypted.Digests.Sha256);
        await store.PutAsync(name, encrypted.Rewind(), "application/octet-stream", cancellation);
        return await ReleaseSignatures.SignAsync(key, digest, cipher, encrypted.Digests, cancellation);
    }
}
