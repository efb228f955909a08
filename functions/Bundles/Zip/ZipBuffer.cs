using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Serverless.Bundles.Zip;

/// <summary>Reads a region of a file forward in pieces, so that a directory of any claimed size costs one small buffer.</summary>
internal sealed class ZipBuffer(SafeFileHandle file, long offset, long length) : IDisposable
{
    private const int Capacity = 128 * 1024;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(Capacity);
    private readonly long _end = offset + length;
    private long _next = offset;
    private int _start;
    private int _count;

    /// <summary>The region was consumed to its last byte.</summary>
    public bool AtEnd => _count == 0 && _next == _end;

    /// <summary>Looks at and consumes the next bytes.</summary>
    /// <param name="count">At most 128 KiB.</param>
    /// <param name="bytes">Valid until the next call.</param>
    /// <returns>False when the region has fewer left.</returns>
    public bool TryTake(int count, out ReadOnlySpan<byte> bytes)
    {
        if (_count < count)
        {
            Fill(count);
        }

        var taken = Math.Min(count, _count);
        bytes = _buffer.AsSpan(_start, taken);
        _start += taken;
        _count -= taken;
        return taken == count;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private void Fill(int wanted)
    {
        _buffer.AsSpan(_start, _count).CopyTo(_buffer);
        _start = 0;
        while (_count < wanted && _next < _end)
        {
            var space = (int)Math.Min(_buffer.Length - _count, _end - _next);
            var read = RandomAccess.Read(file, _buffer.AsSpan(_count, space), _next);
            if (read == 0)
            {
                return;
            }

            _count += read;
            _next += read;
        }
    }
}
