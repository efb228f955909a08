using System.IO.Compression;

namespace Serverless.Tests.Support.Zips;

/// <summary>An entry's data as it goes into the archive, measured before its header is written.</summary>
internal sealed record PackedContent(uint Crc32, long Length, Action<Stream> CopyTo)
{
    /// <summary>Content is made once to measure it; deflated bytes are then kept, stored content is made again while writing.</summary>
    public static PackedContent Of(ZipEntry entry)
    {
        if (!entry.Deflated)
        {
            using var measure = new ChecksumStream(Stream.Null);
            entry.Content.CopyTo(measure);
            return new PackedContent(measure.Crc32, entry.Content.Length, entry.Content.CopyTo);
        }

        var packed = new MemoryStream();
        using var deflate = new DeflateStream(packed, entry.Level, leaveOpen: true);
        using var checksum = new ChecksumStream(deflate);
        entry.Content.CopyTo(checksum);
        deflate.Dispose();
        return new PackedContent(checksum.Crc32, packed.Length, packed.WriteTo);
    }
}
