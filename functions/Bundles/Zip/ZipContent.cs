using System.IO.Compression;
using Microsoft.Win32.SafeHandles;

namespace Serverless.Bundles.Zip;

/// <summary>The content of one entry, inflated as it is read and not yet held against the declared size and checksum.</summary>
internal sealed class ZipContent : IDisposable
{
    private readonly ZipRegionStream _raw;

    private ZipContent(ZipRegionStream raw, ZipMethod method)
    {
        _raw = raw;
        Stream = method is ZipMethod.Stored ? raw : new DeflateStream(raw, CompressionMode.Decompress);
    }

    public Stream Stream { get; }

    /// <summary>Once the stream has ended: it took every byte of the entry. Bytes it left over would be entries to a device that streams.</summary>
    public bool IsExhausted => _raw.Position == _raw.Length;

    public static ZipContent Open(SafeFileHandle file, ZipEntry entry) =>
        new(new ZipRegionStream(file, entry.DataOffset, entry.CompressedSize), entry.Method);

    public void Dispose() => Stream.Dispose();
}
