using System.Security.Cryptography;
using Serverless.Apps;
using Serverless.Keys;
using Serverless.Signing;
using Serverless.Storage;

namespace Serverless.Releases.Documents;

/// <summary>
/// Proves releases by the documents that their keys signed: no row of the catalog is taken at its word. Every method reads anew and returns
/// what is wrong, as a sentence, or null when nothing is; storage or a custodian that does not answer is an exception and proves nothing.
/// </summary>
internal sealed class ReleaseProof(BundleStore store, PublicKeys keys, KeyRing ring)
{
    /// <summary>Opens the documents with the public keys and holds the row against them. No bundle is read.</summary>
    /// <param name="app">The app.</param>
    /// <param name="version">Under which the row was found.</param>
    /// <param name="release">The row.</param>
    /// <param name="cancellation">Stops between documents.</param>
    public async Task<string?> FindRowDefectAsync(AppId app, BundleVersion version, Release release, CancellationToken cancellation) =>
        await FindRowDefectAsync(app, version, release, await ring.ReadStatesAsync(app, cancellation), cancellation);

    /// <summary>The same for callers that have read the states of the app's keys.</summary>
    public async Task<string?> FindRowDefectAsync(AppId app, BundleVersion version, Release release, KeyStates states, CancellationToken cancellation)
    {
        if (release.Version != version)
        {
            return $"The row of {version} holds {release.Version}.";
        }

        // Otherwise a row would escape its documents by naming none.
        if (release.SignedForms.IsDefaultOrEmpty)
        {
            return $"{version} is signed with no key.";
        }

        var proven = 0;
        foreach (var form in Trusted(release, states))
        {
            if (await keys.FindAsync(form.KeyId, cancellation) is { } key)
            {
                proven++;
                if (await FindRowDefectAsync(app, release, form, key, cancellation) is { } defect)
                {
                    return defect;
                }
            }
            else if (states.IsActive(form.KeyId))
            {
                return $"The custodian has no key {form.KeyId}, which is to have signed {version}.";
            }
        }

        return proven > 0 ? null : $"No key that is trusted and at hand has signed {version}.";
    }

    /// <summary>All that is looked at before a channel goes forward to a release: its row, what is stored, and the bytes of its zip.</summary>
    public async Task<string?> FindDefectAsync(AppId app, BundleVersion version, Release release, CancellationToken cancellation) =>
        await FindRowDefectAsync(app, version, release, cancellation)
        ?? await FindMissingBlobAsync(app, release, cancellation)
        ?? await FindZipDefectAsync(app, release, cancellation);

    /// <summary>Looks whether all that the row names is stored, zips in their size.</summary>
    public async Task<string?> FindMissingBlobAsync(AppId app, Release release, CancellationToken cancellation)
    {
        var version = release.Version;
        (string Name, long? Size)[] blobs =
        [
            (BundleBlobs.Zip(app, version, release.Zip.Sha256), release.Zip.Size),
            .. release.SignedForms.Select(form => (BundleBlobs.EncryptedZip(app, version, form.CiphertextSha256), (long?)form.CiphertextSize)),
            .. release.SignedForms.Select(form => form.FileList).Append(release.FileList).OfType<Sha256Digest>()
                .Select(list => (BundleBlobs.FileList(app, version, list), (long?)null)),
        ];
        foreach (var (name, size) in blobs)
        {
            var stored = await store.FindSizeAsync(name, cancellation);
            if (stored is null || (size is not null && stored != size))
            {
                return $"The blob '{name}' of {version} is missing or has another size.";
            }
        }

        return null;
    }

    /// <summary>Hashes the plain zip.</summary>
    public async Task<string?> FindZipDefectAsync(AppId app, Release release, CancellationToken cancellation)
    {
        await using var zip = await store.OpenAsync(BundleBlobs.Zip(app, release.Version, release.Zip.Sha256), cancellation);
        return zip is not null && Sha256Digest.FromBytes(await SHA256.HashDataAsync(zip, cancellation)) == release.Zip.Sha256
            ? null
            : $"The zip of {release.Version} is missing or changed.";
    }

    // Nobody is offered what a retired key signed, so it proves a release only until a newer key has signed it. Whoever stole a key signs
    // documents with it too: a disabled one proves nothing.
    private static SignedForm[] Trusted(Release release, KeyStates states)
    {
        SignedForm[] active = [.. release.SignedForms.Where(form => states.IsActive(form.KeyId))];
        return active.Length > 0 ? active : [.. release.SignedForms.Where(form => states.Find(form.KeyId) is { State: KeyState.Retired })];
    }

    private async Task<string?> FindRowDefectAsync(AppId app, Release release, SignedForm form, SigningPublicKey key, CancellationToken cancellation)
    {
        var version = release.Version;
        if (form.Document is not { } digest)
        {
            return $"{version} has no document that key {form.KeyId} signed.";
        }

        if (await store.ReadAsync(BundleBlobs.Document(app, version, digest), ReleaseDocument.MaxBytes, cancellation) is not { } jws)
        {
            return $"The document of {version} that key {form.KeyId} signed is missing.";
        }

        return Sha256Digest.Of(jws) == digest && ReleaseDocument.Open(jws, key) is { } document
            ? document.FindDifference(app, release, form)
            : $"The document of {version} is changed or was not signed by key {form.KeyId}.";
    }
}
