using System.Text;

namespace Serverless.Tests.Support.Zips;

/// <summary>Writes one <see cref="ZipForge"/> forward only, as the format description (APPNOTE 6.3) lays it out.</summary>
internal sealed class ZipWriter : IDisposable
{
    private const int LocalSignature = 0x04034B50;
    private const int CentralSignature = 0x02014B50;
    private const int DescriptorSignature = 0x08074B50;
    private const int End64Signature = 0x06064B50;
    private const int LocatorSignature = 0x07064B50;
    private const int EndSignature = 0x06054B50;
    private const ushort Zip64Field = 0x0001;
    private const int End64Size = 56;

    private readonly ZipForge _forge;
    private readonly CutStream _stream;
    private readonly BinaryWriter _writer;
    private readonly List<ZipEntryLayout> _entries = [];
    private readonly List<ZipHeader> _headers = [];
    private readonly List<long> _records = [];

    /// <param name="limit">Bytes past this many are counted but not written.</param>
    public ZipWriter(ZipForge forge, Stream output, long limit)
    {
        _forge = forge;
        _stream = new CutStream(output, limit);
        _writer = new BinaryWriter(_stream);
    }

    public void Dispose() => _writer.Dispose();

    public ZipLayout Write()
    {
        _writer.Write(_forge.PrefixBytes.Span);

        var written = new Dictionary<string, ZipHeader>(StringComparer.Ordinal);
        foreach (var entry in _forge.Entries)
        {
            var header = entry.SharedWith is { } shared
                ? written[shared] with { Name = Encoding.UTF8.GetBytes(entry.Name) }
                : WriteEntry(entry);
            _headers.Add(header);
            written[entry.Name] = header;
        }

        var directory = _stream.Position;
        foreach (var index in _forge.DirectoryOrder ?? [.. Enumerable.Range(0, _headers.Count)])
        {
            _records.Add(_stream.Position);
            WriteCentral(_forge.Entries[index].CentralChanges.Aggregate(_headers[index], (header, change) => change(header)));
        }

        var (end64, end) = WriteEnd(directory);
        _writer.Write(_forge.TrailingBytes.Span);
        return new ZipLayout(_entries, directory, _records, end64, end, _stream.Position);
    }

    private long Counted(long position) => _forge.PrefixCounted ? position : position - _forge.PrefixBytes.Length;

    private ZipHeader WriteEntry(ZipEntry entry)
    {
        _writer.Write(entry.Gap.Span);
        var packed = PackedContent.Of(entry);
        var start = _stream.Position;
        var truth = new ZipHeader
        {
            Name = Encoding.UTF8.GetBytes(entry.Name),
            Flags = (ushort)((Ascii.IsValid(entry.Name) ? 0 : ZipFlags.Utf8) | (entry.Descriptor is null ? 0 : ZipFlags.DataDescriptor)),
            Method = entry.Deflated ? ZipMethod.Deflate : ZipMethod.Stored,
            DosTime = DosTime(entry.ModifiedAt),
            Crc32 = packed.Crc32,
            CompressedSize = (ulong)packed.Length,
            UncompressedSize = (ulong)entry.Content.Length,
            LocalOffset = (ulong)Counted(start),
        };

        var local = entry.Descriptor is null ? truth : truth with { Crc32 = 0, CompressedSize = 0, UncompressedSize = 0 };
        WriteLocal(entry.LocalChanges.Aggregate(local, (header, change) => change(header)));
        var data = _stream.Position;
        packed.CopyTo(_stream);
        _entries.Add(new ZipEntryLayout(start, data, _stream.Position));

        if (entry.Descriptor is not null)
        {
            WriteDescriptor(entry.Descriptor(new ZipDescriptor
            {
                Crc32 = truth.Crc32,
                CompressedSize = truth.CompressedSize,
                UncompressedSize = truth.UncompressedSize,
                Zip64 = truth.CompressedSize >= uint.MaxValue || truth.UncompressedSize >= uint.MaxValue,
            }));
        }

        return truth;
    }

    private void WriteLocal(ZipHeader header)
    {
        var (numbers, field) = Zip64(header, header.UncompressedSize, header.CompressedSize);
        _writer.Write(LocalSignature);
        WriteShared(header, numbers, field);
        _writer.Write(header.Name.Span);
        _writer.Write(field);
        _writer.Write(header.Extra.Span);
    }

    private void WriteCentral(ZipHeader header)
    {
        var (numbers, field) = Zip64(header, header.UncompressedSize, header.CompressedSize, header.LocalOffset);
        _writer.Write(CentralSignature);
        _writer.Write(header.VersionMadeBy);
        WriteShared(header, numbers, field);
        _writer.Write((ushort)header.Comment.Length);
        _writer.Write(header.Disk);
        _writer.Write((ushort)0);
        _writer.Write(header.ExternalAttributes);
        _writer.Write(numbers[2]);
        _writer.Write(header.Name.Span);
        _writer.Write(field);
        _writer.Write(header.Extra.Span);
        _writer.Write(header.Comment.Span);
    }

    private void WriteShared(ZipHeader header, uint[] numbers, byte[] field)
    {
        _writer.Write(header.VersionNeeded);
        _writer.Write(header.Flags);
        _writer.Write(header.Method);
        _writer.Write(header.DosTime);
        _writer.Write(header.Crc32);
        _writer.Write(numbers[1]);
        _writer.Write(numbers[0]);
        _writer.Write((ushort)header.Name.Length);
        _writer.Write((ushort)(field.Length + header.Extra.Length));
    }

    /// <summary>The 32-bit numbers, and the field holding those that stand as 0xFFFFFFFF, in the format's order: size, packed size, offset.</summary>
    private static (uint[] Numbers, byte[] Field) Zip64(ZipHeader header, params ulong[] values)
    {
        bool Moves(ulong value) => header.Zip64 ?? value >= uint.MaxValue;

        uint[] numbers = [.. values.Select(value => Moves(value) ? uint.MaxValue : (uint)Math.Min(value, uint.MaxValue))];
        byte[] moved = [.. values.Where(Moves).SelectMany(BitConverter.GetBytes)];
        byte[] field = moved is [] ? [] : [.. BitConverter.GetBytes(Zip64Field), .. BitConverter.GetBytes((ushort)moved.Length), .. moved];
        return (numbers, field);
    }

    private void WriteDescriptor(ZipDescriptor descriptor)
    {
        if (descriptor.HasSignature)
        {
            _writer.Write(DescriptorSignature);
        }

        _writer.Write(descriptor.Crc32);
        foreach (var size in (ReadOnlySpan<ulong>)[descriptor.CompressedSize, descriptor.UncompressedSize])
        {
            if (descriptor.Zip64)
            {
                _writer.Write(size);
            }
            else
            {
                _writer.Write((uint)size);
            }
        }
    }

    private (long? End64, long End) WriteEnd(long directory)
    {
        var position = _stream.Position;
        var truth = new ZipEnd
        {
            EntriesOnDisk = (ulong)_records.Count,
            Entries = (ulong)_records.Count,
            DirectorySize = (ulong)(position - directory),
            DirectoryOffset = (ulong)Counted(directory),
            End64Offset = (ulong)Counted(position),
            CommentLength = (ushort)_forge.ArchiveComment.Length,
        };

        var needs64 = truth.Entries >= ushort.MaxValue || truth.DirectorySize >= uint.MaxValue || truth.DirectoryOffset >= uint.MaxValue;
        var writes64 = needs64 || _forge.End64Change is not null;
        if (writes64)
        {
            WriteEnd64(_forge.End64Change?.Invoke(truth) ?? truth);
        }

        var end = _stream.Position;
        WriteClassicEnd(_forge.EndChange(truth));
        return (writes64 ? position : null, end);
    }

    private void WriteEnd64(ZipEnd end)
    {
        _writer.Write(End64Signature);
        _writer.Write((ulong)(End64Size - 12));
        _writer.Write((ushort)45);
        _writer.Write((ushort)45);
        _writer.Write(end.Disk);
        _writer.Write(end.DirectoryDisk);
        _writer.Write(end.EntriesOnDisk);
        _writer.Write(end.Entries);
        _writer.Write(end.DirectorySize);
        _writer.Write(end.DirectoryOffset);

        _writer.Write(LocatorSignature);
        _writer.Write(end.Disk);
        _writer.Write(end.End64Offset);
        _writer.Write(1u);
    }

    private void WriteClassicEnd(ZipEnd end)
    {
        _writer.Write(EndSignature);
        _writer.Write((ushort)Math.Min(end.Disk, ushort.MaxValue));
        _writer.Write((ushort)Math.Min(end.DirectoryDisk, ushort.MaxValue));
        _writer.Write((ushort)Math.Min(end.EntriesOnDisk, ushort.MaxValue));
        _writer.Write((ushort)Math.Min(end.Entries, ushort.MaxValue));
        _writer.Write((uint)Math.Min(end.DirectorySize, uint.MaxValue));
        _writer.Write((uint)Math.Min(end.DirectoryOffset, uint.MaxValue));
        _writer.Write(end.CommentLength);
        _writer.Write(_forge.ArchiveComment.Span);
    }

    private static uint DosTime(DateTime time) =>
        (uint)(((time.Year - 1980) << 25) | (time.Month << 21) | (time.Day << 16) | (time.Hour << 11) | (time.Minute << 5) | (time.Second / 2));
}
