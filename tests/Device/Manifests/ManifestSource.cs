using System.Security.Cryptography;
using Serverless.Device.Answers;
using Serverless.Device.Bundles;

namespace Serverless.Device.Manifests;

/// <summary>Turns a manifest into files on the device: takes what is there, downloads the rest, decrypts, decompresses, verifies.</summary>
internal sealed class ManifestSource(ManifestPlan plan, FileDownload download, DeltaCache local, IBundleStorage storage)
{
    /// <summary>How many files a device fetches at a time.</summary>
    private static readonly int Parallelism = Math.Clamp(2 * Environment.ProcessorCount, 8, 64);

    /// <param name="offer">An offer with a manifest; its zip is never asked for.</param>
    /// <param name="meter">Counts the bytes.</param>
    /// <param name="progress">Called with 0…100 as files are done.</param>
    /// <param name="cancellationToken">Ends the update.</param>
    /// <exception cref="BundleFailedException">One file at least is missing or not to be trusted, and with it the whole update.</exception>
    public async Task<InstalledBundle> FetchAsync(Offer offer, DownloadMeter meter, Action<int> progress, CancellationToken cancellationToken)
    {
        var files = plan.Resolve(offer);
        var key = plan.OpenSessionKey(offer);
        var folder = storage.Create();
        try
        {
            await FetchAllAsync(files, key, folder, meter, progress, cancellationToken);
            var root = folder.Paths.Contains("index.html") ? "" : null;
            return new InstalledBundle(offer.Version, BundleStatus.Pending) { Folder = folder, Root = root };
        }
        catch
        {
            folder.Delete();
            throw;
        }
    }

    private async Task FetchAllAsync(
        IReadOnlyList<PlannedFile> files, SessionKey? key, IBundleFolder folder, DownloadMeter meter, Action<int> progress, CancellationToken cancellationToken)
    {
        using var slots = new SemaphoreSlim(Parallelism);
        using var abort = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var fetches = files.Select(file => TryFetchAsync(file, key, folder, meter, slots, abort.Token)).ToList();
        try
        {
            var done = 0;
            await foreach (var fetch in Task.WhenEach(fetches).WithCancellation(cancellationToken))
            {
                await fetch;
                progress(++done * 100 / files.Count);
            }
        }
        catch
        {
            await abort.CancelAsync();
            await ((Task)Task.WhenAll(fetches)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        var failures = (await Task.WhenAll(fetches)).OfType<FileFailure>().ToList();
        if (failures is [var first, ..])
        {
            throw new BundleFailedException(first.Action, $"{first.FileName}: {first.Reason}") { Files = failures };
        }
    }

    private async Task<FileFailure?> TryFetchAsync(
        PlannedFile file, SessionKey? key, IBundleFolder folder, DownloadMeter meter, SemaphoreSlim slots, CancellationToken cancellationToken)
    {
        await slots.WaitAsync(cancellationToken);
        try
        {
            var content = local.Find(file) ?? await DownloadAsync(file, key, meter, cancellationToken);
            folder.Write(file.Target, new MemoryStream(content, writable: false));
            return null;
        }
        catch (BundleFailedException e)
        {
            return new FileFailure(e.Action, file.File.Name, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new FileFailure("download_manifest_file_fail", file.File.Name, e.Message);
        }
        finally
        {
            slots.Release();
        }
    }

    private async Task<byte[]> DownloadAsync(PlannedFile file, SessionKey? key, DownloadMeter meter, CancellationToken cancellationToken)
    {
        var partial = local.Resume(file);
        await download.FetchAsync(file.File.Url, partial, meter, cancellationToken);
        local.Forget(file);
        var content = Open(file, partial.Content, key);
        local.Keep(file, content);
        return content;
    }

    private static byte[] Open(PlannedFile file, byte[] downloaded, SessionKey? key)
    {
        var plain = key is null ? downloaded : Decrypt(downloaded, key);
        var content = file.File.IsBrotli ? Decompress(plain) : plain;
        return DeltaCache.Hash(content) == file.Digest
            ? content
            : throw new BundleFailedException("download_manifest_checksum_fail", "The content is not what the manifest says.");
    }

    private static byte[] Decrypt(byte[] cipher, SessionKey key)
    {
        try
        {
            return key.Decrypt(cipher);
        }
        catch (CryptographicException e)
        {
            throw new BundleFailedException("decrypt_fail", "The file does not decrypt with the session key.", e);
        }
    }

    private static byte[] Decompress(byte[] compressed)
    {
        try
        {
            return BrotliFile.Decompress(compressed);
        }
        catch (InvalidDataException e)
        {
            throw new BundleFailedException("download_manifest_brotli_fail", e.Message, e);
        }
    }
}
