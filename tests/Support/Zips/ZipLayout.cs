namespace Serverless.Tests.Support.Zips;

/// <summary>Offsets from the start of the file, so that a test can cut or damage an archive at a place that has a name.</summary>
/// <param name="Entries">In the order of the local headers; entries without one (aliases) are left out.</param>
/// <param name="Directory">The first central record.</param>
/// <param name="Records">Each central record, in the order written.</param>
/// <param name="End64">The zip64 end record, or null when the archive has none.</param>
/// <param name="End">The end of central directory record.</param>
/// <param name="Length">The whole file, trailing bytes included, before any truncation.</param>
public sealed record ZipLayout(
    IReadOnlyList<ZipEntryLayout> Entries, long Directory, IReadOnlyList<long> Records, long? End64, long End, long Length);

/// <param name="Header">The local header.</param>
/// <param name="Data">The first byte of the packed data.</param>
/// <param name="DataEnd">The first byte after the packed data: the data descriptor if the entry has one.</param>
public sealed record ZipEntryLayout(long Header, long Data, long DataEnd);
