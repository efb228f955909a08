using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Serverless.Bundles.Zip;

/// <summary>
/// Where the central directory is, from the end-of-central-directory record (APPNOTE 4.3.16) and its zip64 form (4.3.14). The record must
/// close the file: bytes after it are content that a streaming reader never sees and a seeking one might.
/// </summary>
internal readonly record struct ZipEndRecord(long EntryCount, long DirectoryOffset, long DirectorySize)
{
    private const int RecordSize = 22;
    private const int LocatorSize = 20;
    private const int Zip64RecordSize = 56;
    private const uint LocatorSignature = 0x07064b50;
    private const uint Zip64Signature = 0x06064b50;

    private static ReadOnlySpan<byte> RecordSignature => "PK\u0005\u0006"u8;

    /// <returns>False when no record closes the file or the record contradicts the file's length.</returns>
    public static bool TryFind(SafeFileHandle file, long length, out ZipEndRecord end)
    {
        end = default;
        var tail = new byte[(int)Math.Min(length, RecordSize + ushort.MaxValue)];
        if (tail.Length < RecordSize || RandomAccess.Read(file, tail, length - tail.Length) != tail.Length)
        {
            return false;
        }

        // The last signature there is: where a comment holds another one, some readers take that for the record.
        var at = tail.AsSpan().LastIndexOf(RecordSignature);
        var record = at < 0 ? default : tail.AsSpan(at);
        return record.Length >= RecordSize
            && BinaryPrimitives.ReadUInt16LittleEndian(record[20..]) == record.Length - RecordSize
            && TryParse(file, record, length - tail.Length + at, out end);
    }

    private static bool TryParse(SafeFileHandle file, ReadOnlySpan<byte> record, long at, out ZipEndRecord end)
    {
        var disks = BinaryPrimitives.ReadUInt32LittleEndian(record[4..]);
        var entriesHere = BinaryPrimitives.ReadUInt16LittleEndian(record[8..]);
        var entries = BinaryPrimitives.ReadUInt16LittleEndian(record[10..]);
        var size = BinaryPrimitives.ReadUInt32LittleEndian(record[12..]);
        var offset = BinaryPrimitives.ReadUInt32LittleEndian(record[16..]);

        if (TryParseZip64(file, at, out end))
        {
            // Some readers believe the small numbers wherever they fit.
            return disks is 0 or uint.MaxValue && entriesHere == entries
                && (entries == ushort.MaxValue || entries == end.EntryCount)
                && (size == uint.MaxValue || size == end.DirectorySize)
                && (offset == uint.MaxValue || offset == end.DirectoryOffset);
        }

        end = new ZipEndRecord(entries, offset, size);
        return disks == 0 && entriesHere == entries && end.DirectoryOffset + end.DirectorySize == at;
    }

    private static bool TryParseZip64(SafeFileHandle file, long recordAt, out ZipEndRecord end)
    {
        end = default;
        Span<byte> locator = stackalloc byte[LocatorSize];
        Span<byte> record = stackalloc byte[Zip64RecordSize];
        if (recordAt < LocatorSize || RandomAccess.Read(file, locator, recordAt - LocatorSize) != LocatorSize
            || BinaryPrimitives.ReadUInt32LittleEndian(locator) != LocatorSignature)
        {
            return false;
        }

        // Unsigned on the wire; a value beyond long is a lie about any file.
        var at = BinaryPrimitives.ReadInt64LittleEndian(locator[8..]);
        if (at < 0 || at > recordAt - LocatorSize - Zip64RecordSize || RandomAccess.Read(file, record, at) != Zip64RecordSize
            || BinaryPrimitives.ReadUInt32LittleEndian(record) != Zip64Signature)
        {
            return false;
        }

        var remaining = BinaryPrimitives.ReadInt64LittleEndian(record[4..]);
        var disks = BinaryPrimitives.ReadUInt64LittleEndian(record[16..]);
        var entriesHere = BinaryPrimitives.ReadInt64LittleEndian(record[24..]);
        var entries = BinaryPrimitives.ReadInt64LittleEndian(record[32..]);
        var size = BinaryPrimitives.ReadInt64LittleEndian(record[40..]);
        var offset = BinaryPrimitives.ReadInt64LittleEndian(record[48..]);

        end = new ZipEndRecord(entries, offset, size);
        return disks == 0 && entries >= 0 && entriesHere == entries && size >= 0 && offset >= 0
            && offset <= at && size == at - offset && remaining == recordAt - LocatorSize - at - 12;
    }
}
