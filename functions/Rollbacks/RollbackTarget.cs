using System.Security.Cryptography;
using Serverless.Apps;
using Serverless.Keys;
using Serverless.Releases;
using Serverless.Releases.Documents;
using Serverless.Signing;
using Serverless.Storage;

namespace Serverless.Rollbacks;

/// <summary>Proves, before a channel goes back to a release, that devices will be able to install it.</summary>
internal sealed class RollbackTarget(ReleaseProof proof, BundleStore store, FileListProof fileLists, PublicKeys keys, KeyRing ring)
{
    /// <summary>
    /// Holds the row against its documents, hashes every served byte anew, and opens every signature with the public key and every encrypted
    /// blob with its session key.
    /// </summary>
    /// <param name="app">The app.</param>
    /// <param name="version">Under which the row was found.</param>
    /// <param name="release">The row.</param>
    /// <param name="cancellation">Stops between blobs.</param>
    /// <returns>What is wrong with the release, as a sentence, or null when nothing is.</returns>
    public async Task<string?> FindDefectAsync(AppId app, BundleVersion version, Release release, CancellationToken cancellation)
    {
        var states = await ring.ReadStatesAsync(app, cancellation);
        var defect = await proof.FindRowDefectAsync(app, version, release, states, cancellation)
            ?? await proof.FindZipDefectAsync(app, release, cancellation);
        if (defect is null && release.FileList is { } list)
        {
            defect = await fileLists.FindDefectAsync(app, release, list, key: null, cancellation);
        }

        // Nobody is offered a form of another key, so whether it is sound does not matter.
        foreach (var form in release.SignedForms.Where(form => states.IsActive(form.KeyId)))
        {
            defect ??= await FindDefectAsync(app, release, form, cancellation);
        }

        return defect;
    }

    private async Task<string?> FindDefectAsync(AppId app, Release release, SignedForm form, CancellationToken cancellation)
    {
        var key = await keys.FindAsync(form.KeyId, cancellation);
        if (key is null || !ReleaseSignatures.Verify(form, release.Zip.Sha256, key) || !ReleaseSignatures.TryOpenCipher(form, key, out var cipher))
        {
            return $"A signature of {release.Version} does not open with key {form.KeyId}.";
        }

        if (!await DecryptsAsync(BundleBlobs.EncryptedZip(app, release.Version, form.CiphertextSha256), cipher, release.Zip.Sha256, cancellation))
        {
            return $"The encrypted zip of {release.Version} for key {form.KeyId} is missing or changed, or its session key is another one's.";
        }

        return form.FileList is { } list ? await fileLists.FindDefectAsync(app, release, list, (key, cipher), cancellation) : null;
    }

    // As a device does it: a session key of another release is signed as well as the right one.
    private async Task<bool> DecryptsAsync(string blob, BundleCipher cipher, Sha256Digest expected, CancellationToken cancellation)
    {
        await using var content = await store.OpenAsync(blob, cancellation);
        if (content is null)
        {
            return false;
        }

        try
        {
            await using var plain = cipher.Decrypt(content);
            return Sha256Digest.FromBytes(await SHA256.HashDataAsync(plain, cancellation)) == expected;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
