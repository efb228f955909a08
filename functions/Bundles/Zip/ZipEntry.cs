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

    /// <summary>Sizes follow the content instead of preceding it.</summary>
    public required bool HasDataDescriptor { get; init; }

    public bool IsDirectory => Name.EndsWith('/');
}
