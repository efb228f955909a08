using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Serverless.Bundles.Zip;

/// <summary>
/// CRC and sizes after an entry's content (APPNOTE 4.3.9), in 4 or 8 bytes each, after an optional signature. Devices that stream hold the
/// content against them, so they must say what the central directory says.
/// </summary>
internal static class ZipDescriptor
{
    /// <summary>With signature, in 32-bit sizes: the form that every reader knows.</summary>
    public const int CommonLength = 16;

    private const uint Signature = 0x08074b50;

    /// <param name="file">The zip.</param>
    /// <param name="central">The directory's record of the entry.</param>
    /// <param name="offset">Where the content ends.</param>
    /// <param name="length">Bytes until whatever follows the entry.</param>
    public static bool Agrees(SafeFileHandle file, ZipCentralHeader central, long offset, long length)
    {
        if (length is not (12 or 16 or 20 or 24))
        {
            return false;
        }

        Span<byte> descriptor = stackalloc byte[(int)length];
        if (RandomAccess.Read(file, descriptor, offset) != descriptor.Length
            || (length is 16 or 24 && BinaryPrimitives.ReadUInt32LittleEndian(descriptor) != Signature))
        {
            return false;
        }

        var values = length is 16 or 24 ? descriptor[sizeof(uint)..] : descriptor;
        var (compressed, size) = length is 20 or 24
            ? (BinaryPrimitives.ReadInt64LittleEndian(values[4..]), BinaryPrimitives.ReadInt64LittleEndian(values[12..]))
            : (BinaryPrimitives.ReadUInt32LittleEndian(values[4..]), BinaryPrimitives.ReadUInt32LittleEndian(values[8..]));
        return BinaryPrimitives.ReadUInt32LittleEndian(values) == central.Crc32 && compressed == central.CompressedSize && size == central.Size;
    }
}
