using System.IO.Compression;
using Microsoft.Win32.SafeHandles;

namespace Serverless.Bundles.Zip;

/// <summary>Opens the content of one entry.</summary>
internal static class ZipContent
{
    /// <returns>The inflated content, not yet held against the declared size and checksum.</returns>
    public static Stream Open(SafeFileHandle file, ZipEntry entry)
    {
        var raw = new ZipRegionStream(file, entry.DataOffset, entry.CompressedSize);
        return entry.Method is ZipMethod.Stored ? raw : new DeflateStream(raw, CompressionMode.Decompress);
    }
}
