using System.Collections.Immutable;
using System.Security.Cryptography;
using Serverless.Apps;
using Serverless.Bundles;
using Serverless.Deltas;
using Serverless.Releases;
using Serverless.Rollbacks;
using Serverless.Signing;
using Serverless.Storage;

namespace Serverless.Audits;

/// <summary>Holds a list of files against the zip, and every stored file and signature against the list.</summary>
internal sealed class FileAudit(IAuditSource source, AuditTally tally)
{
    // Plain files are shared by the releases that have them.
    private readonly HashSet<string> _sound = new(StringComparer.Ordinal);

    /// <param name="app">The app.</param>
    /// <param name="release">Whose list it is.</param>
    /// <param name="digest">Of the list.</param>
    /// <param name="files">What the zip holds.</param>
    /// <param name="key">For the list of a signing key: what opens its signatures, and the cipher that its session key opened to.</param>
    /// <param name="cancellation">Stops between files.</param>
    /// <returns>What is wrong, as a sentence, or null when nothing is.</returns>
    public async Task<string?> FindDefectAsync(
        AppId app, Release release, Sha256Digest digest, ImmutableArray<BundleFile> files, (SigningPublicKey Public, BundleCipher Cipher)? key, CancellationToken cancellation)
    {
        var name = BundleBlobs.FileList(app, release.Version, digest);
        if (await ReadListAsync(name, digest, cancellation) is not { } list)
        {
            return $"The blob '{name}' is missing or changed.";
        }

        var listed = list.Files.Select(file => (file.Path, file.Sha256));
        if (!listed.SequenceEqual(files.Where(file => file.Size > 0).Select(file => (file.Path, file.Sha256))))
        {
            return $"The list '{name}' does not name the files of the zip.";
        }

        tally.Blobs++;
        foreach (var file in list.Files)
        {
            if (key is { } signed && !ReleaseSignatures.Verify(file.WireHash, file.Sha256, signed.Public))
            {
                return $"The signature of '{file.Path}' in '{name}' does not open with key {signed.Public.KeyId}.";
            }

            tally.Signatures += key is null ? 0 : 1;
            var blob = file.BlobOf(app, release.Version);
            if (_sound.Contains(blob))
            {
                continue;
            }

            if (!await IsSoundAsync(file, blob, key, cancellation))
            {
                return $"The blob '{blob}', which is '{file.Path}' of release {release.Version}, is missing or changed.";
            }

            tally.Blobs++;
            if (key is null)
            {
                _sound.Add(blob);
            }
        }

        return null;
    }

    private async Task<FileList?> ReadListAsync(string name, Sha256Digest digest, CancellationToken cancellation)
    {
        await using var content = await source.OpenAsync(Containers.Bundles, name, cancellation);
        return await FileList.ReadAsync(content, digest, cancellation);
    }

    private async Task<bool> IsSoundAsync(ListedFile file, string blob, (SigningPublicKey Public, BundleCipher Cipher)? key, CancellationToken cancellation)
    {
        await using var stored = await source.OpenAsync(Containers.Files, blob, cancellation);
        if (stored is null || !await FileListProof.DecodesAsync(file, stored, key?.Cipher, cancellation))
        {
            return false;
        }

        // Hashed too: what a cipher or a decoder overlooks is not what its name says.
        return file.CiphertextSha256 is not { } ciphertext || await HashAsync(blob, cancellation) == ciphertext;
    }

    private async Task<Sha256Digest> HashAsync(string blob, CancellationToken cancellation)
    {
        await using var stored = await source.OpenAsync(Containers.Files, blob, cancellation) ?? Stream.Null;
        return Sha256Digest.FromBytes(await SHA256.HashDataAsync(stored, cancellation));
    }
}
