using Microsoft.Win32.SafeHandles;

namespace Serverless.Bundles.Zip;

/// <summary>
/// Reads a zip's directory the strict way. Some devices stream local headers, others seek by the central directory; a file is accepted only
/// when both see the same entries: headers agree, and local entries follow one another from the first byte to the directory, so that nothing
/// overlaps, hides or precedes. Memory is bounded by the entry limit, never by what the file claims.
/// </summary>
internal static class ZipDirectory
{
    private const uint LocalSignature = 0x04034b50;

    public static ZipReading Read(SafeFileHandle file, BundleOptions limits)
    {
        var length = RandomAccess.GetLength(file);
        if (!ZipEndRecord.TryFind(file, length, out var end))
        {
            return Refuse(StartsLikeAZip(file)
                ? new Rejection(RejectionCode.TruncatedZip, "The zip ends before its directory: it is truncated or followed by other data.")
                : new Rejection(RejectionCode.NotAZip, "The file is not a zip archive."));
        }

        if (end.EntryCount > limits.MaxEntries)
        {
            return Refuse(new Rejection(RejectionCode.TooManyEntries, $"The zip has {end.EntryCount:N0} entries; the limit is {limits.MaxEntries:N0}."));
        }

        var layout = new ZipLayout(file, (int)end.EntryCount);
        using var directory = new ZipBuffer(file, end.DirectoryOffset, end.DirectorySize);
        for (var i = 0; i < end.EntryCount; i++)
        {
            if (!ZipCentralHeader.TryRead(directory, out var central))
            {
                return Refuse(Corrupt("The zip's directory is damaged."));
            }

            var dataOffset = 0L;
            var rejection = central.Check(out var name) ?? ZipLocalHeader.Check(file, central, end.DirectoryOffset, out dataOffset);
            if (rejection is not null)
            {
                return Refuse(rejection);
            }

            layout.Add(central, name, dataOffset);
        }

        return directory.AtEnd && layout.TryTile(end.DirectoryOffset, out var entries)
            ? new ZipReading.Readable(entries)
            : Refuse(Corrupt("The zip's entries overlap, leave gaps, or differ from what its directory says."));
    }

    private static ZipReading.Refused Refuse(Rejection rejection) => new(rejection);

    private static Rejection Corrupt(string sentence) => new(RejectionCode.CorruptZip, sentence);

    private static bool StartsLikeAZip(SafeFileHandle file)
    {
        Span<byte> start = stackalloc byte[sizeof(uint)];
        return RandomAccess.Read(file, start, 0) == start.Length && BitConverter.ToUInt32(start) == LocalSignature;
    }
}
