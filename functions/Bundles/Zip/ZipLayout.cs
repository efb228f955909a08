namespace Serverless.Bundles.Zip;

/// <summary>Where local entries start and end, to see that they tile the file.</summary>
internal sealed class ZipLayout
{
    // A data descriptor has a CRC and two sizes of 4 or 8 bytes, after an optional signature (APPNOTE 4.3.9).
    private static readonly int[] DescriptorLengths = [12, 16, 20, 24];

    private readonly List<(long Start, long End, bool HasDataDescriptor)> _entries = [];

    public void Add(ZipCentralHeader entry, long dataOffset) =>
        _entries.Add((entry.HeaderOffset, dataOffset + entry.CompressedSize, entry.HasDataDescriptor));

    /// <summary>True when the entries cover the bytes from 0 to <paramref name="directoryOffset"/> without gap or overlap.</summary>
    public bool Tiles(long directoryOffset)
    {
        _entries.Sort();
        var next = 0L;
        for (var i = 0; i < _entries.Count; i++)
        {
            var (start, end, hasDescriptor) = _entries[i];
            var following = i + 1 < _entries.Count ? _entries[i + 1].Start : directoryOffset;
            if (start != next || !(hasDescriptor ? DescriptorLengths.Contains((int)Math.Min(following - end, int.MaxValue)) : following == end))
            {
                return false;
            }

            next = following;
        }

        return next == directoryOffset;
    }
}
