using System.IO.Compression;
using System.Security.Cryptography;
using Serverless.Apps;
using Serverless.Deltas;
using Serverless.Releases;
using Serverless.Signing;

namespace Serverless.Rollbacks;

/// <summary>Proves that every file of a release's list can be downloaded, and decrypts, decompresses and hashes to what the list says.</summary>
internal sealed class FileListProof(FileLists lists, FileStore files)
{
    private const int Parallelism = 8;

    /// <param name="app">The app.</param>
    /// <param name="release">Whose list it is.</param>
    /// <param name="digest">Of the list.</param>
    /// <param name="key">For the list of a signing key: what opens its signatures, and the cipher that its session key opened to.</param>
    /// <param name="cancellation">Stops between files.</param>
    /// <returns>What is wrong, as a sentence, or null when nothing is.</returns>
    public async Task<string?> FindDefectAsync(
        AppId app, Release release, Sha256Digest digest, (SigningPublicKey Public, BundleCipher Cipher)? key, CancellationToken cancellation)
    {
        if (await lists.FindAsync(app, release, digest, cancellation) is not { IsInstallable: true } list)
        {
            return $"The file list of {release.Version} is missing or changed.";
        }

        string? defect = null;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            await Parallel.ForEachAsync(
                list.Files.DistinctBy(file => file.Sha256),
                new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = enough.Token },
                async (file, token) =>
                {
                    if (!await IsSoundAsync(file, file.BlobOf(app, release.Version), key, token))
                    {
                        defect = $"The file '{file.Path}' of {release.Version} is missing, changed or not signed with its key.";
                        await enough.CancelAsync();
                    }
                });
        }
        catch (OperationCanceledException) when (defect is not null && !cancellation.IsCancellationRequested)
        {
            // One defect decides; the other files need not be looked at.
        }

        return defect;
    }

    private async Task<bool> IsSoundAsync(
        ListedFile file, string blob, (SigningPublicKey Public, BundleCipher Cipher)? key, CancellationToken cancellation)
    {
        if (key is { } signed && !ReleaseSignatures.Verify(file.WireHash, file.Sha256, signed.Public))
        {
            return false;
        }

        await using var stored = await files.OpenAsync(blob, cancellation);
        return stored is not null && await DecodesAsync(file, stored, key?.Cipher, cancellation);
    }

    /// <summary>True when the stored bytes decrypt, decompress and hash to the file.</summary>
    internal static async Task<bool> DecodesAsync(ListedFile file, Stream stored, BundleCipher? cipher, CancellationToken cancellation)
    {
        try
        {
            await using var plain = cipher?.Decrypt(stored) ?? stored;
            await using var content = file.IsCompressed ? new BrotliStream(plain, CompressionMode.Decompress) : plain;
            return Sha256Digest.FromBytes(await SHA256.HashDataAsync(content, cancellation)) == file.Sha256;
        }
        catch (Exception e) when (e is CryptographicException or InvalidDataException or InvalidOperationException)
        {
            return false;
        }
    }
}
