using System.Security.Cryptography;
using Serverless.Apps;
using Serverless.Releases;
using Serverless.Signing;
using Serverless.Storage;

namespace Serverless.Rollbacks;

/// <summary>Proves, before a channel goes back to a release, that devices will be able to install it.</summary>
internal sealed class RollbackTarget(BundleStore store, FileListProof fileLists, ICustodian custodian)
{
    /// <summary>Hashes every served byte anew, opens every signature with the public key and every encrypted blob with its session key.</summary>
    /// <returns>What is wrong with the release, as a sentence, or null when nothing is.</returns>
    public async Task<string?> FindDefectAsync(AppId app, Release release, CancellationToken cancellation)
    {
        if (release.WithdrawnBecause is not null)
        {
            return $"{release.Version} was withdrawn itself.";
        }

        if (!await HoldsAsync(BundleBlobs.Zip(app, release.Version, release.Zip.Sha256), release.Zip.Sha256, cancellation))
        {
            return $"The zip of {release.Version} is missing or changed.";
        }

        if (release.FileList is { } list && await fileLists.FindDefectAsync(app, release, list, key: null, cancellation) is { } defect)
        {
            return defect;
        }

        var keys = (await custodian.GetActiveKeysAsync(cancellation)).ToDictionary(key => key.PublicKey.KeyId, key => key.PublicKey);
        foreach (var form in release.SignedForms)
        {
            if (await FindDefectAsync(app, release, form, keys.GetValueOrDefault(form.KeyId), cancellation) is { } signedDefect)
            {
                return signedDefect;
            }
        }

        return null;
    }

    private async Task<string?> FindDefectAsync(AppId app, Release release, SignedForm form, SigningPublicKey? key, CancellationToken cancellation)
    {
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

    private async Task<bool> HoldsAsync(string blob, Sha256Digest expected, CancellationToken cancellation)
    {
        await using var content = await store.OpenAsync(blob, cancellation);
        return content is not null && Sha256Digest.FromBytes(await SHA256.HashDataAsync(content, cancellation)) == expected;
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
