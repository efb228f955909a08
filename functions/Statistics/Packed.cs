using System.IO.Compression;

namespace Serverless.Statistics;

/// <summary>What statistics are stored as: Brotli, because their bytes are mostly alike.</summary>
internal static class Packed
{
    public static byte[] Write(ReadOnlySpan<byte> content)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest))
        {
            brotli.Write(content);
        }

        return packed.ToArray();
    }

    /// <exception cref="InvalidDataException">Not what <see cref="Write"/> gave.</exception>
    public static byte[] Read(byte[] packed)
    {
        using var brotli = new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var content = new MemoryStream();
        brotli.CopyTo(content);
        return content.ToArray();
    }
}
