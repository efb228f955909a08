using Microsoft.Win32.SafeHandles;

namespace Serverless.Bundles.Zip;

/// <summary>Where local entries start and end, to see that they tile the file.</summary>
internal sealed class ZipLayout(SafeFileHandle file)
{
    private readonly List<(ZipCentralHeader Header, long DataEnd)> _entries = [];

    public void Add(ZipCentralHeader entry, long dataOffset) => _entries.Add((entry, dataOffset + entry.CompressedSize));

    /// <summary>True when the entries cover the bytes from 0 to <paramref name="directoryOffset"/> without gap or overlap.</summary>
    public bool Tiles(long directoryOffset)
    {
        _entries.Sort(static (a, b) => a.Header.HeaderOffset.CompareTo(b.Header.HeaderOffset));
        var next = 0L;
        for (var i = 0; i < _entries.Count; i++)
        {
            var (header, dataEnd) = _entries[i];
            var following = i + 1 < _entries.Count ? _entries[i + 1].Header.HeaderOffset : directoryOffset;
            var ends = header.HasDataDescriptor ? ZipDescriptor.Agrees(file, header, dataEnd, following - dataEnd) : following == dataEnd;
            if (header.HeaderOffset != next || !ends)
            {
                return false;
            }

            next = following;
        }

        return next == directoryOffset;
    }
}
