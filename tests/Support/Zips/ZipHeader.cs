using System.Text;

namespace Serverless.Tests.Support.Zips;

/// <summary>
/// The fields of an entry's local header and of its central directory record. The forge fills in the truth; a test changes with
/// <c>with</c> what shall be a lie. Fields that only the central record has are ignored in a local header.
/// </summary>
public sealed record ZipHeader
{
    /// <summary>The name's raw bytes; may be anything, also what is not UTF-8.</summary>
    public required ReadOnlyMemory<byte> Name { get; init; }

    public ushort VersionNeeded { get; init; } = 20;

    public ushort Flags { get; init; }

    public ushort Method { get; init; }

    /// <summary>MS-DOS date (high half) and time (low half).</summary>
    public uint DosTime { get; init; }

    public uint Crc32 { get; init; }

    public ulong CompressedSize { get; init; }

    public ulong UncompressedSize { get; init; }

    /// <summary>Raw extra fields, each with its own id and length; a zip64 field is added apart from these.</summary>
    public ReadOnlyMemory<byte> Extra { get; init; }

    /// <summary>
    /// Null writes a zip64 field where a number does not fit 32 bits; true always moves sizes and offset there; false never does, and
    /// numbers that do not fit become 0xFFFFFFFF without a field to explain them.
    /// </summary>
    public bool? Zip64 { get; init; }

    /// <summary>Central only. The high byte is the system whose attributes follow: 0 is MS-DOS, 3 is Unix.</summary>
    public ushort VersionMadeBy { get; init; } = 20;

    /// <summary>Central only.</summary>
    public ReadOnlyMemory<byte> Comment { get; init; }

    /// <summary>Central only: the disk on which the entry starts.</summary>
    public ushort Disk { get; init; }

    /// <summary>Central only. Made by Unix, the high half is the mode: <c>0xA1FF</c> is a symbolic link.</summary>
    public uint ExternalAttributes { get; init; }

    /// <summary>Central only: where the local header starts.</summary>
    public ulong LocalOffset { get; init; }

    public override string ToString() => Encoding.UTF8.GetString(Name.Span);
}

/// <summary>General purpose flags of an entry.</summary>
public static class ZipFlags
{
    public const ushort Encrypted = 1 << 0;
    public const ushort DataDescriptor = 1 << 3;
    public const ushort StrongEncryption = 1 << 6;
    public const ushort Utf8 = 1 << 11;
}

/// <summary>Compression methods. The forge writes the first two; any number can be claimed.</summary>
public static class ZipMethod
{
    public const ushort Stored = 0;
    public const ushort Deflate = 8;
    public const ushort Deflate64 = 9;
    public const ushort Lzma = 14;
    public const ushort Zstandard = 93;
}
