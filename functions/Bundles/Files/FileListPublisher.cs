using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Serverless.Apps;
using Serverless.Deltas;
using Serverless.Releases;
using Serverless.Signing;
using Serverless.Storage;

namespace Serverless.Bundles.Files;

/// <summary>
/// Stores a bundle's files one by one, and the lists that name them: plain ones once however many releases have them, encrypted ones for each
/// key with a signature a file. Run again, it stores and signs only what is missing.
/// </summary>
internal sealed class FileListPublisher(FileStore files, BundleStore bundles, FileSignatures signatures, IOptions<BundleOptions> options)
{
    // On their way at a time. Of small files so many that storage's answer times are hidden: at 15 ms a call, 1,500 of them take half the time that four at
    // once took. Of large ones so few that their parts fit into memory.
    private const int SmallAtOnce = 16;
    private const int LargeAtOnce = 4;

    // A compressor's window takes some megabytes, however small the file.
    private const int CompressedAtOnce = 4;

    /// <param name="app">The app.</param>
    /// <param name="version">The release to be.</param>
    /// <param name="assets">Its files.</param>
    /// <param name="ciphers">The keys to sign and encrypt for, each with the cipher of the release's zip: a device gets one session key for both.</param>
    /// <param name="familiar">Contents that are probably stored; what is wrong about it costs a call.</param>
    /// <param name="cancellation">Stops between files.</param>
    public async Task<FileListDigests> PublishAsync(
        AppId app, BundleVersion version, BundleAssets assets, IReadOnlyList<KeyCipher> ciphers, IReadOnlySet<Sha256Digest> familiar, CancellationToken cancellation)
    {
        var contents = assets.Files.Where(file => file.Size > 0).GroupBy(file => file.Sha256).ToArray();
        var stored = new StoredFile[contents.Length];
        using var compressors = new SemaphoreSlim(CompressedAtOnce);
        foreach (var some in Enumerable.Range(0, contents.Length).ToLookup(index => contents[index].First().Size <= ScratchFile.MaxInMemory ? SmallAtOnce : LargeAtOnce))
        {
            await Parallel.ForEachAsync(
                some,
                new ParallelOptions { MaxDegreeOfParallelism = some.Key, CancellationToken = cancellation },
                async (index, token) => stored[index] = await StoreAsync([.. contents[index]], token));
        }

        var byDigest = stored.ToDictionary(file => file.Plain.Sha256);
        var keyed = ImmutableDictionary.CreateBuilder<string, Sha256Digest>();
        foreach (var (index, cipher) in ciphers.Index())
        {
            if (await StoreListAsync(app, version, assets, file => byDigest[file.Sha256].Encrypted[index], cancellation) is { } digest)
            {
                keyed[cipher.Key.PublicKey.KeyId] = digest;
            }
        }

        return new FileListDigests(await StoreListAsync(app, version, assets, file => byDigest[file.Sha256].Plain, cancellation), keyed.ToImmutable());

        async Task<StoredFile> StoreAsync(ImmutableArray<BundleFile> same, CancellationToken token)
        {
            // A name that ends in .br without being compressed would be decompressed by the plugin.
            var mustCompress = same.Any(file => file.Path.EndsWith(".br", StringComparison.OrdinalIgnoreCase));
            var file = same[0];
            await using var payload = await MakePayloadAsync(file, mustCompress, token);
            var (size, isNew) = await files.PutAsync(FileBlobs.Plain(file.Sha256, payload.IsCompressed), payload.Content, familiar.Contains(file.Sha256), token);
            var plain = new ListedFile { Path = file.Path, Sha256 = file.Sha256, IsCompressed = payload.IsCompressed, TransferSize = size };
            var encrypted = ImmutableArray.CreateBuilder<ListedFile>(ciphers.Count);
            foreach (var cipher in ciphers)
            {
                encrypted.Add(await EncryptAsync(app, version, plain, payload, cipher, isNew, token));
            }

            return new StoredFile(plain, encrypted.MoveToImmutable());
        }

        async Task<FilePayload> MakePayloadAsync(BundleFile file, bool mustCompress, CancellationToken token)
        {
            await compressors.WaitAsync(token);
            try
            {
                return await FilePayload.MakeAsync(() => assets.Open(file), file.Size, mustCompress, options.Value.TempFolder, token);
            }
            finally
            {
                compressors.Release();
            }
        }
    }

    private async Task<ListedFile> EncryptAsync(
        AppId app, BundleVersion version, ListedFile plain, FilePayload payload, KeyCipher cipher, bool isNew, CancellationToken cancellation)
    {
        var signature = await signatures.SignAsync(cipher.Key, plain.Sha256, isNew, cancellation);
        payload.Content.Position = 0;
        await using var ciphertext = await FilePayload.FillAsync(
            payload.Content.Length + BundleCipher.BlockBytes,
            options.Value.TempFolder,
            target => cipher.Cipher.EncryptAsync(payload.Content, target, cancellation),
            cancellation);
        var digest = Sha256Digest.FromBytes(await SHA256.HashDataAsync(ciphertext, cancellation));
        ciphertext.Position = 0;
        await files.PutDigestedAsync(FileBlobs.Encrypted(app, version, digest), ciphertext, cancellation);
        return plain with
        {
            TransferSize = ciphertext.Length,
            Signature = Convert.ToHexStringLower(signature),
            CiphertextSha256 = digest,
        };
    }

    /// <returns>Null when no device could install from the list.</returns>
    private async Task<Sha256Digest?> StoreListAsync(
        AppId app, BundleVersion version, BundleAssets assets, Func<BundleFile, ListedFile> stored, CancellationToken cancellation)
    {
        var list = new FileList([.. assets.Files.Where(file => file.Size > 0).Select(file => stored(file) with { Path = file.Path })]);
        if (!list.IsInstallable)
        {
            return null;
        }

        var json = list.ToJson();
        var digest = Sha256Digest.Of(json);
        using var content = new MemoryStream(json);
        await bundles.PutAsync(BundleBlobs.FileList(app, version, digest), content, "application/json", cancellation);
        return digest;
    }

    /// <param name="Plain">For devices without a key.</param>
    /// <param name="Encrypted">In the order of the ciphers.</param>
    private sealed record StoredFile(ListedFile Plain, ImmutableArray<ListedFile> Encrypted);
}
