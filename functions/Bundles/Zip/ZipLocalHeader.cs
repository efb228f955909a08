using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Serverless.Bundles.Zip;

/// <summary>The header in front of an entry's content (APPNOTE 4.3.7), which must say what the central directory says.</summary>
internal static class ZipLocalHeader
{
    private const int FixedSize = 30;
    private const uint Signature = 0x04034b50;

    private const int ComparedFlags = ZipCentralHeader.EncryptedFlag | ZipCentralHeader.DataDescriptorFlag;

    /// <param name="file">The zip.</param>
    /// <param name="central">The directory's record of the entry.</param>
    /// <param name="limit">Where entries end: the start of the central directory.</param>
    /// <param name="dataOffset">Where the content starts.</param>
    public static Rejection? Check(SafeFileHandle file, ZipCentralHeader central, long limit, out long dataOffset)
    {
        dataOffset = 0;
        Span<byte> header = stackalloc byte[FixedSize];
        if (central.HeaderOffset > limit - FixedSize || RandomAccess.Read(file, header, central.HeaderOffset) != FixedSize
            || BinaryPrimitives.ReadUInt32LittleEndian(header) != Signature)
        {
            return Differs(central);
        }

        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[26..]);
        var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        var variable = new byte[nameLength + extraLength];
        dataOffset = central.HeaderOffset + FixedSize + variable.Length;
        if (dataOffset > limit || central.CompressedSize > limit - dataOffset
            || RandomAccess.Read(file, variable, central.HeaderOffset + FixedSize) != variable.Length)
        {
            return Differs(central);
        }

        var flags = BinaryPrimitives.ReadUInt16LittleEndian(header[6..]);
        var same = (flags & ComparedFlags) == (central.Flags & ComparedFlags)
            && BinaryPrimitives.ReadUInt16LittleEndian(header[8..]) == central.Method
            && variable.AsSpan(0, nameLength).SequenceEqual(central.RawName)
            && (central.HasDataDescriptor || SameSizes(header, variable.AsSpan(nameLength), central));
        return same ? null : Differs(central);
    }

    private static bool SameSizes(ReadOnlySpan<byte> header, ReadOnlySpan<byte> extra, ZipCentralHeader central)
    {
        var sizes = new ZipSizes(
            BinaryPrimitives.ReadUInt32LittleEndian(header[22..]), BinaryPrimitives.ReadUInt32LittleEndian(header[18..]), HeaderOffset: 0);
        return sizes.TryResolve(extra, out var resolved)
            && resolved.Size == central.Size
            && resolved.CompressedSize == central.CompressedSize
            && BinaryPrimitives.ReadUInt32LittleEndian(header[14..]) == central.Crc32;
    }

    private static Rejection Differs(ZipCentralHeader central) => new(
        RejectionCode.CorruptZip,
        "An entry's local header is missing or differs from the zip's directory.",
        ZipNameRules.Read(central.RawName, out var name) is null ? ZipNameRules.Shorten(name) : null);
}
