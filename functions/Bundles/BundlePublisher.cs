using Serverless.Approvals;
using Serverless.Keys;
using Serverless.Observability;
using Serverless.Releases;
using Serverless.Releases.Documents;
using Serverless.Rollbacks;
using Serverless.Rollouts;
using Serverless.Signing;
using Serverless.Storage;
using Serverless.Updates;

namespace Serverless.Bundles;

/// <summary>
/// Makes a sound bundle a release: bytes first, signatures next, and last, in one transaction, the release, the channel pointer and their
/// ledger rows. What is offered was read back and proven before. Stopped anywhere and run again, it ends in the same place: blobs are named by what they hold, and the ciphertext is derived.
/// </summary>
internal sealed class BundlePublisher(
    BundleStore store,
    SignedFormPublisher forms,
    ReleaseCatalog catalog,
    AppSnapshots snapshots,
    ReleaseDocuments documents,
    ReleaseProof proof,
    VerificationIncidents incidents,
    KeyRing ring,
    ApprovalGate gate,
    TimeProvider time)
{
    private const string Actor = "intake";

    /// <param name="upload">The developer's act.</param>
    /// <param name="droppedAt">When.</param>
    /// <param name="zip">What devices get: the upload, or the zip that intake made of it.</param>
    /// <param name="assets">The bundle's files.</param>
    /// <param name="uploadSha256">Of the upload.</param>
    /// <param name="content">What was found in them.</param>
    /// <param name="metadata">What the developer said about it.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <returns>The release, or null when the catalog changed in a way that needs a new admission.</returns>
    public async Task<Release?> PublishAsync(
        UploadName upload,
        DateTimeOffset droppedAt,
        TempZip zip,
        BundleAssets assets,
        Sha256Digest uploadSha256,
        ReleaseContent content,
        UploadMetadata metadata,
        CancellationToken cancellation)
    {
        await StorePlainAsync(upload, zip, assets, cancellation);
        var signing = await ring.GetSigningKeysAsync(upload.App, cancellation);
        var similar = await catalog.FindChannelAsync(upload.App, upload.Channel, cancellation) is { Newest: { } newest }
            ? await catalog.FindReleaseAsync(upload.App, newest, cancellation)
            : null;
        var (fileList, signedForms) = await forms.PublishAsync(upload.App, upload.Version, zip, assets, signing, similar, cancellation);
        var draft = new Release
        {
            Version = upload.Version,
            Sequence = 0,
            UploadSha256 = uploadSha256,
            Zip = zip.Digests,
            SignedForms = signedForms,
            FileCount = assets.Files.Length,
            FileList = fileList,
            CreatedAt = droppedAt,
            Notes = metadata.Notes,
            Content = content,
        };
        return await proof.FindMissingBlobAsync(upload.App, draft, cancellation) is { } missing
            ? throw new InvalidDataException(missing)
            : await CommitAsync(upload, draft, signing, metadata, cancellation);
    }

    /// <summary>Points the channel at a release that exists, if its documents and its zip are still what they were.</summary>
    /// <returns>Null when the catalog changed in a way that needs a new admission.</returns>
    public async Task<IntakeResult?> PromoteAsync(UploadName upload, Release release, UploadMetadata metadata, CancellationToken cancellation)
    {
        var (app, version) = (upload.App, upload.Version);
        var defect = await proof.FindDefectAsync(app, version, release, cancellation);
        if (defect is not null)
        {
            await incidents.OpenAsync(app, version, defect, cancellation);
            return new IntakeResult.Rejected(new Rejection(RejectionCode.ReleaseUnverified, $"Version {version} is no longer what was published: {defect}"));
        }

        return await CommitAsync(upload, release, keys: null, metadata, cancellation) is null ? null : new IntakeResult.Promoted(release, upload.Channel);
    }

    /// <param name="upload">The developer's act.</param>
    /// <param name="draft">The release.</param>
    /// <param name="keys">Sign the release under the number that it gets; null when it has one.</param>
    /// <param name="metadata">What the developer said about it.</param>
    /// <param name="cancellation">Gives up between attempts.</param>
    private async Task<Release?> CommitAsync(
        UploadName upload, Release draft, IReadOnlyList<ISigningKey>? keys, UploadMetadata metadata, CancellationToken cancellation)
    {
        using var span = Traces.Start("publish").About(upload.App.Value, upload.Version.Value, upload.Channel.Value);
        Release? published = null;
        await catalog.ChangeAsync(
            upload.App,
            async (app, token) =>
            {
                var existing = app.Exists ? await catalog.FindReleaseAsync(upload.App, upload.Version, token) : null;
                var channel = app.Exists ? await catalog.FindChannelAsync(upload.App, upload.Channel, token) : null;
                var admission = Admission.Decide(upload, draft.UploadSha256, existing, channel, metadata.AllowDowngrade);
                var isNew = admission is Admission.Publish;
                var isStored = admission is Admission.Publish or Admission.Restore;
                var pass = channel is null || !(isStored || admission is Admission.Promote) ? ApprovalPass.Free : await gate.FindPassAsync(
                    upload.App,
                    channel,
                    RolloutActs.Bring(channel, upload.Version, app.Revision, Actor, time.GetUtcNow()).Channel,
                    request => isStored ? request.IsAbout(draft.UploadSha256, metadata) : request.IsAbout(existing!.UploadSha256, metadata: null),
                    Actor,
                    token);
                published = admission switch
                {
                    _ when pass is null => null,
                    Admission.Publish when keys is not null =>
                        await documents.SignAsync(upload.App, draft with { Sequence = app.Sequence + 1 }, keys, token),
                    Admission.Restore { Release: var collected } when keys is not null => await documents.SignAsync(
                        upload.App, collected with { Zip = draft.Zip, SignedForms = draft.SignedForms, FileList = draft.FileList, CollectedAt = null }, keys, token),
                    Admission.Promote promote when await proof.FindRowDefectAsync(upload.App, upload.Version, promote.Release, token) is null => promote.Release,
                    Admission.Done done => done.Release,
                    _ => null,
                };
                if (published is null || admission is Admission.Done)
                {
                    return null;
                }

                var change = ReleasePublication.Change(upload, published, channel, app, isNew, Actor, time.GetUtcNow());
                return pass!.With(admission is Admission.Restore ? ReleasePublication.WithRestored(change, published, Actor) : change);
            },
            cancellation);

        // Whoever pushed sees it at once where they pushed; other instances look within seconds.
        snapshots.Invalidate(upload.App);
        return published;
    }

    private async Task StorePlainAsync(UploadName upload, TempZip zip, BundleAssets assets, CancellationToken cancellation)
    {
        var digest = zip.Digests.Sha256;
        await store.PutAsync(BundleBlobs.Zip(upload.App, upload.Version, digest), zip.Rewind(), "application/zip", cancellation);
        using var checksums = new MemoryStream(ChecksumFile.Write(assets.Files, zip.Digests));
        await store.PutAsync(BundleBlobs.Checksums(upload.App, upload.Version, digest), checksums, "application/json", cancellation);
    }
}
