namespace Serverless.Tests.Support.Zips;

/// <summary>The end of central directory record, and its zip64 twin. The forge fills in the truth; a test changes what shall be a lie.</summary>
public sealed record ZipEnd
{
    public uint Disk { get; init; }

    public uint DirectoryDisk { get; init; }

    public ulong EntriesOnDisk { get; init; }

    public ulong Entries { get; init; }

    public ulong DirectorySize { get; init; }

    public ulong DirectoryOffset { get; init; }

    /// <summary>Where the locator says that the zip64 record starts; only the zip64 twin has it.</summary>
    public ulong End64Offset { get; init; }

    /// <summary>Only the classic record has it.</summary>
    public ushort CommentLength { get; init; }
}
