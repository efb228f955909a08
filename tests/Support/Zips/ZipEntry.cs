using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;

namespace Serverless.Tests.Support.Zips;

/// <summary>
/// One entry as it shall be written. Starts well-formed: deflated, MS-DOS, a fixed time, equal local and central headers. Every method
/// answers a changed copy, and changes to headers apply in the order they were asked for.
/// </summary>
public sealed record ZipEntry(string Name, ZipContent Content)
{
    private static readonly DateTime FixedTime = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);

    internal bool Deflated { get; private init; } = true;

    internal CompressionLevel Level { get; private init; } = CompressionLevel.Optimal;

    internal DateTime ModifiedAt { get; private init; } = FixedTime;

    internal ImmutableList<Func<ZipHeader, ZipHeader>> LocalChanges { get; private init; } = [];

    internal ImmutableList<Func<ZipHeader, ZipHeader>> CentralChanges { get; private init; } = [];

    /// <summary>Null when sizes stand in the local header.</summary>
    internal Func<ZipDescriptor, ZipDescriptor>? Descriptor { get; private init; }

    /// <summary>The earlier entry whose local header and data this one shares, or null.</summary>
    internal string? SharedWith { get; private init; }

    internal ReadOnlyMemory<byte> Gap { get; private init; }

    public ZipEntry Stored() => this with { Deflated = false };

    public ZipEntry Packed(CompressionLevel level) => this with { Deflated = true, Level = level };

    /// <summary>Changes the local header only.</summary>
    public ZipEntry Local(Func<ZipHeader, ZipHeader> change) => this with { LocalChanges = LocalChanges.Add(change) };

    /// <summary>Changes the central directory record only.</summary>
    public ZipEntry Central(Func<ZipHeader, ZipHeader> change) => this with { CentralChanges = CentralChanges.Add(change) };

    /// <summary>Changes both headers alike.</summary>
    public ZipEntry Headers(Func<ZipHeader, ZipHeader> change) => Local(change).Central(change);

    public ZipEntry RawName(ReadOnlyMemory<byte> name) => Headers(header => header with { Name = name });

    /// <summary>The local header says another name than the central directory.</summary>
    public ZipEntry LocalName(string name) => Local(header => header with { Name = Encoding.UTF8.GetBytes(name) });

    /// <summary>Claims a compression method; the data stays what it was.</summary>
    public ZipEntry Method(ushort method) => Headers(header => header with { Method = method });

    /// <summary>Sets flags of <see cref="ZipFlags"/> and does nothing else of what they promise.</summary>
    public ZipEntry Flags(ushort flags) => Headers(header => header with { Flags = (ushort)(header.Flags | flags) });

    /// <summary>Claims to be encrypted; the data is plain.</summary>
    public ZipEntry Encrypted() => Flags(ZipFlags.Encrypted);

    public ZipEntry WrongCrc() => Headers(header => header with { Crc32 = ~header.Crc32 });

    public ZipEntry UncompressedSize(ulong size) => Headers(header => header with { UncompressedSize = size });

    public ZipEntry CompressedSize(ulong size) => Headers(header => header with { CompressedSize = size });

    /// <summary>Zeroes CRC and sizes in the local header, sets the flag and writes them after the data.</summary>
    public ZipEntry DataDescriptor(Func<ZipDescriptor, ZipDescriptor>? change = null) => this with { Descriptor = change ?? (static truth => truth) };

    /// <summary>Made by Unix with these mode bits, file type included: <c>0x81A4</c> is a regular file, <c>0xA1FF</c> a symbolic link.</summary>
    public ZipEntry UnixMode(ushort mode) =>
        Central(header => header with { VersionMadeBy = 0x031E, ExternalAttributes = (uint)mode << 16 });

    public ZipEntry Attributes(uint external) => Central(header => header with { ExternalAttributes = external });

    /// <summary>Writes sizes and offset into a zip64 field although they would fit without.</summary>
    public ZipEntry Zip64() => Headers(header => header with { Zip64 = true, VersionNeeded = 45 });

    /// <summary>Adds one extra field to both headers.</summary>
    public ZipEntry Extra(ushort id, ReadOnlySpan<byte> data)
    {
        byte[] field = [(byte)id, (byte)(id >> 8), (byte)data.Length, (byte)(data.Length >> 8), .. data];
        return Headers(header => header with { Extra = (byte[])[.. header.Extra.Span, .. field] });
    }

    public ZipEntry Comment(string comment) => Central(header => header with { Comment = Encoding.UTF8.GetBytes(comment) });

    /// <summary>Between 1980 and 2107, at two-second resolution.</summary>
    public ZipEntry Modified(DateTime time) => this with { ModifiedAt = time };

    /// <summary>Bytes before the local header that belong to no entry.</summary>
    public ZipEntry After(ReadOnlyMemory<byte> gap) => this with { Gap = gap };

    internal static ZipEntry Alias(string name, string of) => new(name, ZipContent.Empty) { SharedWith = of };
}
