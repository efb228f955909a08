using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;

namespace Serverless.Bundles.Zip;

/// <summary>Where local entries start and end, to see that they tile the file.</summary>
internal sealed class ZipLayout(SafeFileHandle file, int count)
{
    private readonly ImmutableArray<ZipEntry>.Builder _entries = ImmutableArray.CreateBuilder<ZipEntry>(count);
    private readonly List<(ZipCentralHeader Header, int Index)> _headers = new(count);

    /// <summary>The next entry of the directory.</summary>
    public void Add(ZipCentralHeader header, string name, long dataOffset)
    {
        _headers.Add((header, _entries.Count));
        _entries.Add(header.ToEntry(name, dataOffset));
    }

    /// <param name="directoryOffset">Where the directory starts.</param>
    /// <param name="entries">In the order of the directory, once they tile.</param>
    /// <returns>True when the entries cover the bytes from 0 to the directory without gap or overlap.</returns>
    public bool TryTile(long directoryOffset, out ImmutableArray<ZipEntry> entries)
    {
        entries = default;
        _headers.Sort(static (a, b) => a.Header.HeaderOffset.CompareTo(b.Header.HeaderOffset));
        var next = 0L;
        for (var i = 0; i < _headers.Count; i++)
        {
            var (header, index) = _headers[i];
            var following = i + 1 < _headers.Count ? _headers[i + 1].Header.HeaderOffset : directoryOffset;
            var descriptor = following - (_entries[index].DataOffset + header.CompressedSize);
            if (header.HeaderOffset != next || !(header.HasDataDescriptor ? ZipDescriptor.Agrees(file, header, following - descriptor, descriptor) : descriptor == 0))
            {
                return false;
            }

            _entries[index] = _entries[index] with { DescriptorLength = (int)descriptor };
            next = following;
        }

        entries = _entries.MoveToImmutable();
        return next == directoryOffset;
    }
}
