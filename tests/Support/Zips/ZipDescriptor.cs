namespace Serverless.Tests.Support.Zips;

/// <summary>What follows the data of an entry whose writer did not know its sizes beforehand.</summary>
public sealed record ZipDescriptor
{
    /// <summary>Writes <c>PK\x07\x08</c> first; the format leaves it to the writer.</summary>
    public bool HasSignature { get; init; } = true;

    public uint Crc32 { get; init; }

    public ulong CompressedSize { get; init; }

    public ulong UncompressedSize { get; init; }

    /// <summary>Sizes take eight bytes instead of four.</summary>
    public bool Zip64 { get; init; }
}
