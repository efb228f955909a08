using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using Serverless.Bundles;
using Serverless.Bundles.Content;
using Serverless.Releases;
using Serverless.Signing;
using Serverless.Updates;

namespace Serverless.SyntheticDevices;

/// <summary>
/// Downloads, verifies and unpacks what devices are offered, as they do. What was verified once in a run is not downloaded again: plain files
/// are the same for every generation.
/// </summary>
internal sealed class SyntheticInstall(SyntheticHttp http, BundleInspector inspector, string tempFolder, bool needsReferences, SyntheticDeviceOptions options)
{
    private const string Index = "index.html";
    private const string Compressed = ".br";

    private readonly HashSet<string> _verified = new(StringComparer.Ordinal);
    private long _bytes;

    /// <summary>True once a first byte took too long, until it is read.</summary>
    public bool WasSlow { get; private set; }

    /// <returns>What a device of the profile would stumble over, or null when it would install all of the offer.</returns>
    /// <exception cref="IOException">Storage does not answer.</exception>
    /// <exception cref="ProbeBudgetException">The run may not download so much.</exception>
    public async Task<string?> FindDefectAsync(SyntheticProfile profile, UpdateAnswer offer, CancellationToken cancellation)
    {
        WasSlow = false;
        BundleCipher? cipher = null;
        if (profile.Key is { } key)
        {
            if (string.IsNullOrEmpty(offer.SessionKey))
            {
                return "The device named its key and was sent no session key: the signature is stripped.";
            }

            if (!ReleaseSignatures.TryOpenCipher(offer.SessionKey, key, out cipher))
            {
                return $"The session key does not open with key {key.KeyId}.";
            }
        }
        else if (!string.IsNullOrEmpty(offer.SessionKey))
        {
            return "A device without a key was sent a session key.";
        }

        return await FindZipDefectAsync(profile, offer, cipher, cancellation)
            ?? (offer.Manifest is { } files ? await FindFileDefectAsync(profile, files, cipher, cancellation) : null);
    }

    private async Task<string?> FindZipDefectAsync(SyntheticProfile profile, UpdateAnswer offer, BundleCipher? cipher, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(offer.Url, UriKind.Absolute, out var url) || offer.Checksum is not { Length: > 0 } checksum)
        {
            return "The offer lacks an address or a checksum.";
        }

        if (IsVerified(url, checksum))
        {
            return null;
        }

        var (stored, missing) = await DownloadAsync(url, cancellation);
        if (stored is null)
        {
            return $"The zip is not there ({missing}).";
        }

        await using (stored)
        {
            try
            {
                await using var plain = cipher?.Decrypt(stored) ?? stored;
                using var zip = await TempZip.CopyAsync(tempFolder, plain, cancellation);
                var defect = IsRight(profile, checksum, zip.Digests) ? FindContentDefect(zip, cancellation) : "The zip is not what its checksum says.";
                Remember(url, checksum, defect);
                return defect;
            }
            catch (CryptographicException)
            {
                return "The zip does not decrypt.";
            }
        }
    }

    private static bool IsRight(SyntheticProfile profile, string checksum, BundleDigests zip) => profile.Key is { } key
        ? ReleaseSignatures.Verify(checksum, zip.Sha256, key)
        : checksum == zip.Sha256.Hex || (checksum == zip.Crc32 && Devices.PluginVersion.TryParse(profile.Generation.Plugin, out var plugin) && plugin.VerifiesCrc32);

    private string? FindContentDefect(TempZip zip, CancellationToken cancellation)
    {
        if (inspector.Inspect(zip.Handle, allowMissingReady: true, cancellation) is not BundleInspection.Sound { Contents: var contents })
        {
            return "The zip cannot be unpacked, or has no index.html.";
        }

        return needsReferences ? contents.Facts.Findings.FirstOrDefault(finding => finding.Code == ContentRule.MissingReference)?.Sentence : null;
    }

    private async Task<string?> FindFileDefectAsync(SyntheticProfile profile, IReadOnlyList<ManifestEntry> files, BundleCipher? cipher, CancellationToken cancellation)
    {
        if (files.All(file => file.FileName is not (Index or Index + Compressed)))
        {
            return "The list of files has no index.html.";
        }

        foreach (var file in files)
        {
            if (!Uri.TryCreate(file.DownloadUrl, UriKind.Absolute, out var url))
            {
                return $"The file '{file.FileName}' has no address.";
            }

            if (!IsVerified(url, file.FileHash) && await FindDefectAsync(profile, file, url, cipher, cancellation) is { } defect)
            {
                return defect;
            }
        }

        return null;
    }

    private async Task<string?> FindDefectAsync(SyntheticProfile profile, ManifestEntry file, Uri url, BundleCipher? cipher, CancellationToken cancellation)
    {
        var (stored, missing) = await DownloadAsync(url, cancellation);
        if (stored is null)
        {
            return $"The file '{file.FileName}' is not there ({missing}).";
        }

        await using (stored)
        {
            try
            {
                await using var plain = cipher?.Decrypt(stored) ?? stored;
                await using var content = file.FileName.EndsWith(Compressed, StringComparison.Ordinal) ? new BrotliStream(plain, CompressionMode.Decompress) : plain;
                var digest = Sha256Digest.FromBytes(await SHA256.HashDataAsync(content, cancellation));
                var isRight = profile.Key is { } key ? ReleaseSignatures.Verify(file.FileHash, digest, key) : file.FileHash == digest.Hex;
                var defect = isRight ? null : $"The file '{file.FileName}' is not what its hash says.";
                Remember(url, file.FileHash, defect);
                return defect;
            }
            catch (Exception e) when (e is CryptographicException or InvalidDataException or InvalidOperationException)
            {
                return $"The file '{file.FileName}' cannot be decoded.";
            }
        }
    }

    /// <returns>The content, of a length that was announced and fits the run; or the status that says that it is not to be had.</returns>
    private async Task<(Stream? Content, string? Missing)> DownloadAsync(Uri url, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        var (response, firstByte) = await SendAsync(request, cancellation);
        WasSlow |= firstByte > options.SlowFirstByte;
        if (response.StatusCode is not HttpStatusCode.OK)
        {
            var status = (int)response.StatusCode;
            response.Dispose();
            return status is 408 or 429 or >= 500 ? throw new IOException($"Storage answered HTTP {status}.") : (null, $"HTTP {status}");
        }

        _bytes += response.Content.Headers.ContentLength ?? options.MaxBytesPerRun;
        if (_bytes > options.MaxBytesPerRun)
        {
            response.Dispose();
            throw new ProbeBudgetException();
        }

        return (await response.Content.ReadAsStreamAsync(cancellation), null);
    }

    private async Task<(HttpResponseMessage Response, TimeSpan FirstByte)> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            return await http.SendAsync(request, cancellation);
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutException)
        {
            // Without its words, which may quote the address and its signature.
            throw new IOException("Storage does not answer.");
        }
    }

    private bool IsVerified(Uri url, string hash) => _verified.Contains($"{url.GetLeftPart(UriPartial.Path)} {hash}");

    private void Remember(Uri url, string hash, string? defect)
    {
        if (defect is null)
        {
            _verified.Add($"{url.GetLeftPart(UriPartial.Path)} {hash}");
        }
    }
}

/// <summary>A run has downloaded as much as it may.</summary>
internal sealed class ProbeBudgetException() : Exception("The run may not download so much.");
