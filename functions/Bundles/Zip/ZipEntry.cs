namespace Serverless.Bundles.Zip;

/// <summary>How an entry's bytes are kept. Devices unpack these two methods and no other.</summary>
internal enum ZipMethod : ushort
{
    Stored = 0,
    Deflated = 8,
}

/// <summary>An entry whose central and local headers were read and agree.</summary>
internal sealed record ZipEntry
{
    /// <summary>As written, with <c>/</c>; directories end with it.</summary>
    public required string Name { get; init; }

    public required ZipMethod Method { get; init; }

    /// <summary>CRC-32 of the inflated content, as declared.</summary>
    public required uint Crc32 { get; init; }

    public required long CompressedSize { get; init; }

    /// <summary>Inflated size, as declared.</summary>
    public required long Size { get; init; }

    /// <summary>Where the content starts in the file.</summary>
    public required long DataOffset { get; init; }

    /// <summary>Bytes after the content that say its sizes; 0 where the local header does.</summary>
    public int DescriptorLength { get; init; }

    public bool IsDirectory => Name.EndsWith('/');

    /// <summary>
    /// Readers that stream, as Android does, lose their way here: java.util.zip takes no descriptor after stored content, reads 64-bit sizes
    /// below 4 GB as 32-bit ones, and in its older versions skips a byte after a descriptor without signature.
    /// </summary>
    public bool NeedsRewriting => DescriptorLength is not 0 && (Method is ZipMethod.Stored || DescriptorLength is not ZipDescriptor.CommonLength);
}
