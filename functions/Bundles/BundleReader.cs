using System.Buffers;
using System.IO.Hashing;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Serverless.Bundles.Content;
using Serverless.Bundles.Zip;
using Serverless.Releases;

namespace Serverless.Bundles;

/// <summary>Inflates entries one after another, hashing and scanning each and holding it to what the zip declares.</summary>
internal sealed class BundleReader(SafeFileHandle file, ContentScan scan)
{
    private const int BufferSize = 128 * 1024;

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
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        scan.Begin(entry);
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
                scan.Add(piece);
            }

            scan.End();
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
