using System.Buffers;
using System.IO.Hashing;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Serverless.Bundles.Zip;
using Serverless.Releases;

namespace Serverless.Bundles;

/// <summary>Inflates entries one after another, hashing each and holding it to what the zip declares.</summary>
internal sealed class BundleReader(SafeFileHandle file)
{
    private const int BufferSize = 128 * 1024;

    private static readonly SearchValues<string> ScriptEndings = SearchValues.Create([".js", ".mjs", ".cjs", ".html", ".htm"], StringComparison.OrdinalIgnoreCase);

    private readonly TextSearch _readyCall = new("notifyAppReady"u8.ToArray());

    /// <summary>A script or page read so far mentions <c>notifyAppReady</c>, without which devices roll every bundle back.</summary>
    public bool CallsNotifyAppReady => _readyCall.Found;

    /// <summary>Reads one entry.</summary>
    /// <param name="entry">A file of this zip.</param>
    /// <param name="digest">SHA-256 of the inflated content.</param>
    /// <param name="cancellation">Stops between pieces.</param>
    /// <returns>The rejection, or null.</returns>
    public Rejection? Read(ZipEntry entry, out Sha256Digest digest, CancellationToken cancellation)
    {
        digest = default;
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var crc32 = new Crc32();
        var isScript = ScriptEndings.Contains(Path.GetExtension(entry.Name));
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        _readyCall.Reset();
        try
        {
            using var content = ZipContent.Open(file, entry);
            var total = 0L;
            for (int read; (read = content.Stream.Read(buffer)) > 0;)
            {
                cancellation.ThrowIfCancellationRequested();
                total += read;
                if (total > entry.Size)
                {
                    return Corrupt(entry, "inflates to more than it declares");
                }

                var piece = buffer.AsSpan(0, read);
                sha256.AppendData(piece);
                crc32.Append(piece);
                if (isScript)
                {
                    _readyCall.Add(piece);
                }
            }

            digest = Sha256Digest.FromBytes(sha256.GetHashAndReset());
            return total == entry.Size && crc32.GetCurrentHashAsUInt32() == entry.Crc32 && content.IsExhausted ? null : Corrupt(entry, "differs from its declared size or checksum");
        }
        catch (InvalidDataException)
        {
            return Corrupt(entry, "cannot be inflated");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static Rejection Corrupt(ZipEntry entry, string reason) =>
        new(RejectionCode.CorruptZip, $"An entry {reason}.", ZipNameRules.Shorten(entry.Name));
}
