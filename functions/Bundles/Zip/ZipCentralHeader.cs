using System.Buffers.Binary;

namespace Serverless.Bundles.Zip;

/// <summary>One record of the central directory (APPNOTE 4.3.12), zip64 sizes resolved.</summary>
internal sealed record ZipCentralHeader
{
    public const int EncryptedFlag = 0x0001;
    public const int DataDescriptorFlag = 0x0008;
    public const int StrongEncryptionFlag = 0x0040;
    public const int MaskedHeadersFlag = 0x2000;

    private const int FixedSize = 46;
    private const uint Signature = 0x02014b50;
    private const int UnixHost = 3;
    private const int MacHost = 19;
    private const uint UnixTypeMask = 0xF000;
    private const uint UnixSymlink = 0xA000;
    private const uint UnixRegular = 0x8000;
    private const uint UnixDirectory = 0x4000;

    public required byte[] RawName { get; init; }

    public required int Flags { get; init; }

    public required ushort Method { get; init; }

    public required uint Crc32 { get; init; }

    public required long CompressedSize { get; init; }

    public required long Size { get; init; }

    public required long HeaderOffset { get; init; }

    /// <summary>The system that wrote the entry; it decides what <see cref="Attributes"/> mean.</summary>
    public required int Host { get; init; }

    public required uint Attributes { get; init; }

    public bool HasDataDescriptor => (Flags & DataDescriptorFlag) != 0;

    /// <returns>False when the directory is damaged here.</returns>
    public static bool TryRead(ZipBuffer directory, out ZipCentralHeader header)
    {
        header = null!;
        if (!directory.TryTake(FixedSize, out var fixedPart) || BinaryPrimitives.ReadUInt32LittleEndian(fixedPart) != Signature)
        {
            return false;
        }

        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[28..]);
        var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[30..]);
        var commentLength = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[32..]);
        var disk = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[34..]);
        var host = fixedPart[5];
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[8..]);
        var method = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[10..]);
        var crc32 = BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[16..]);
        var attributes = BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[38..]);
        var sizes = new ZipSizes(
            BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[24..]),
            BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[20..]),
            BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[42..]));

        if (disk != 0 || !directory.TryTake(nameLength, out var name))
        {
            return false;
        }

        var rawName = name.ToArray();
        if (!directory.TryTake(extraLength, out var extra) || !sizes.TryResolve(extra, out var resolved) || !directory.TryTake(commentLength, out _))
        {
            return false;
        }

        header = new ZipCentralHeader
        {
            RawName = rawName,
            Flags = flags,
            Method = method,
            Crc32 = crc32,
            Size = resolved.Size,
            CompressedSize = resolved.CompressedSize,
            HeaderOffset = resolved.HeaderOffset,
            Host = host,
            Attributes = attributes,
        };
        return true;
    }

    /// <summary>Judges what the header alone shows.</summary>
    /// <param name="entryName">The name as text.</param>
    /// <returns>Why the entry may not be shipped, or null.</returns>
    public Rejection? Check(out string entryName)
    {
        if (ZipNameRules.Read(RawName, out var name) is { } badName)
        {
            entryName = name;
            return badName;
        }

        entryName = name;
        if ((Flags & (EncryptedFlag | StrongEncryptionFlag | MaskedHeadersFlag)) != 0)
        {
            return Refuse(RejectionCode.EncryptedEntry, "is encrypted with a zip password; bundles are encrypted by the server");
        }

        if (Host is UnixHost or MacHost && ((Attributes >> 16) & UnixTypeMask) is not (0 or UnixRegular or UnixDirectory) and var type)
        {
            return Refuse(RejectionCode.Symlink, type == UnixSymlink ? "is a symbolic link" : "is neither a file nor a directory");
        }

        if (Method is not ((ushort)ZipMethod.Stored or (ushort)ZipMethod.Deflated))
        {
            return Refuse(RejectionCode.UnsupportedCompression, $"uses compression method {Method}; devices read stored and deflated entries only");
        }

        var consistent = Method == (ushort)ZipMethod.Deflated || Size == CompressedSize;
        return consistent && (!name.EndsWith('/') || Size == 0) ? null : Refuse(RejectionCode.CorruptZip, "declares sizes that contradict each other");

        Rejection Refuse(string code, string reason) => new(code, $"An entry {reason}.", ZipNameRules.Shorten(name));
    }

    /// <summary>Only after <see cref="Check"/> found nothing.</summary>
    public ZipEntry ToEntry(string name, long dataOffset) => new()
    {
        Name = name,
        Method = (ZipMethod)Method,
        Crc32 = Crc32,
        CompressedSize = CompressedSize,
        Size = Size,
        DataOffset = dataOffset,
    };
}
