using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Serverless.Apps;
using Serverless.Bundles;
using Serverless.Releases;
using Serverless.Releases.Documents;
using Serverless.Signing;
using Serverless.Storage;

namespace Serverless.Audits;

/// <summary>Hashes and opens, as devices would, every blob that a release serves.</summary>
internal sealed class BlobAudit(IAuditSource source, AuditKeys keys, AuditTally tally, string tempFolder)
{
    // What was accepted under other limits is still to be checked.
    private static readonly BundleInspector Inspector = new(Options.Create(new BundleOptions
    {
        MaxZipBytes = long.MaxValue,
        MaxEntries = int.MaxValue,
        MaxInflatedBytes = long.MaxValue,
        MaxRatio = int.MaxValue,
    }));

    private readonly FileAudit _files = new(source, tally);

    /// <returns>What is wrong, as a sentence, or null when nothing is.</returns>
    public async Task<string?> FindDefectAsync(AppId app, Release release, CancellationToken cancellation)
    {
        var name = BundleBlobs.Zip(app, release.Version, release.Zip.Sha256);
        await using var content = await source.OpenAsync(Containers.Bundles, name, cancellation);
        if (content is null)
        {
            return Missing(name);
        }

        using var zip = await TempZip.CopyAsync(tempFolder, content, cancellation);
        if (zip.Digests != release.Zip
            || Inspector.Inspect(zip.Handle, allowMissingReady: true, cancellation) is not BundleInspection.Sound { Contents: var contents }
            || contents.Files.Length != release.FileCount)
        {
            return $"The blob '{name}' is not the zip of release {release.Version}.";
        }

        tally.Blobs++;
        var checksums = BundleBlobs.Checksums(app, release.Version, release.Zip.Sha256);
        if (!await HoldsAsync(checksums, Sha256Digest.Of(ChecksumFile.Write(contents.Files, zip.Digests)), cancellation))
        {
            return $"The blob '{checksums}' is missing or does not describe the zip of release {release.Version}.";
        }

        if (release.FileList is { } list && await _files.FindDefectAsync(app, release, list, contents.Files, key: null, cancellation) is { } fileDefect)
        {
            return fileDefect;
        }

        foreach (var form in release.SignedForms)
        {
            if (await FindDefectAsync(app, release, form, contents, cancellation) is { } defect)
            {
                return defect;
            }
        }

        return null;
    }

    private static string Missing(string blob) => $"The blob '{blob}' is missing.";

    private async Task<string?> FindDefectAsync(AppId app, Release release, SignedForm form, BundleContents contents, CancellationToken cancellation)
    {
        if (keys.Find(form.KeyId) is not { } key)
        {
            return $"Release {release.Version} is signed with key {form.KeyId}, which is not among the public keys.";
        }

        if (!ReleaseSignatures.Verify(form, release.Zip.Sha256, key) || !ReleaseSignatures.TryOpenCipher(form, key, out var cipher))
        {
            return $"A signature of release {release.Version} does not open with key {form.KeyId}.";
        }

        if (await FindDocumentDefectAsync(app, release, form, key, cancellation) is { } defect)
        {
            return defect;
        }

        // The document, the checksum in both encodings and the session key.
        tally.Signatures += 4;
        var name = BundleBlobs.EncryptedZip(app, release.Version, form.CiphertextSha256);
        if (!await HoldsAsync(name, form.CiphertextSha256, cancellation) || !await DecryptsAsync(name, cipher, release.Zip.Sha256, cancellation))
        {
            return $"The blob '{name}' is missing, changed or not the encrypted zip of release {release.Version}.";
        }

        return form.FileList is { } list ? await _files.FindDefectAsync(app, release, list, contents.Files, (key, cipher), cancellation) : null;
    }

    private async Task<string?> FindDocumentDefectAsync(
        AppId app, Release release, SignedForm form, SigningPublicKey key, CancellationToken cancellation)
    {
        if (form.Document is not { } digest)
        {
            return $"Release {release.Version} has no document that key {form.KeyId} signed.";
        }

        var name = BundleBlobs.Document(app, release.Version, digest);
        await using var content = await source.OpenAsync(Containers.Bundles, name, cancellation);
        if (content is null)
        {
            return Missing(name);
        }

        var jws = await content.ReadAtMostAsync(ReleaseDocument.MaxBytes, cancellation);
        tally.Blobs++;
        return Sha256Digest.Of(jws) == digest && ReleaseDocument.Open(jws, key) is { } document
            ? document.FindDifference(app, release, form)
            : $"The blob '{name}' is not a document that key {form.KeyId} signed.";
    }

    private async Task<bool> HoldsAsync(string blob, Sha256Digest expected, CancellationToken cancellation)
    {
        await using var content = await source.OpenAsync(Containers.Bundles, blob, cancellation);
        if (content is null || Sha256Digest.FromBytes(await SHA256.HashDataAsync(content, cancellation)) != expected)
        {
            return false;
        }

        tally.Blobs++;
        return true;
    }

    private async Task<bool> DecryptsAsync(string blob, BundleCipher cipher, Sha256Digest expected, CancellationToken cancellation)
    {
        await using var content = await source.OpenAsync(Containers.Bundles, blob, cancellation) ?? Stream.Null;
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
