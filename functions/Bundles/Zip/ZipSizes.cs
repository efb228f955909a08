using System.Buffers.Binary;

namespace Serverless.Bundles.Zip;

/// <summary>Size, compressed size and header offset of an entry: 32-bit fields of a header, or 64-bit ones from its zip64 extra field (APPNOTE 4.5.3).</summary>
internal readonly record struct ZipSizes(long Size, long CompressedSize, long HeaderOffset)
{
    private const ushort Zip64Tag = 0x0001;

    /// <summary>Replaces each field that says "see zip64" by its 64-bit value.</summary>
    /// <returns>False when the extra fields are damaged, lack a value that is called for, or exceed a signed 64-bit size.</returns>
    public bool TryResolve(ReadOnlySpan<byte> extra, out ZipSizes resolved)
    {
        resolved = this;
        var zip64 = ReadOnlySpan<byte>.Empty;
        while (extra.Length > 0)
        {
            if (extra.Length < 4 || extra.Length < 4 + BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]))
            {
                return false;
            }

            var field = extra.Slice(4, BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]));
            zip64 = BinaryPrimitives.ReadUInt16LittleEndian(extra) == Zip64Tag ? field : zip64;
            extra = extra[(4 + field.Length)..];
        }

        if (!TryTake(Size, ref zip64, out var size) || !TryTake(CompressedSize, ref zip64, out var compressed) || !TryTake(HeaderOffset, ref zip64, out var offset))
        {
            return false;
        }

        resolved = new ZipSizes(size, compressed, offset);
        return true;
    }

    private static bool TryTake(long field, ref ReadOnlySpan<byte> zip64, out long value)
    {
        value = field;
        if (field != uint.MaxValue)
        {
            return true;
        }

        if (zip64.Length < sizeof(long))
        {
            return false;
        }

        value = BinaryPrimitives.ReadInt64LittleEndian(zip64);
        zip64 = zip64[sizeof(long)..];
        return value >= 0;
    }
}
