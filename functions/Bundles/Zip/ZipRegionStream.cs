using Microsoft.Win32.SafeHandles;

namespace Serverless.Bundles.Zip;

/// <summary>
/// A region of a file as a stream of its own, so that entries can be read side by side from one handle. The last byte comes alone: a reader that
/// ends before it has not asked for it, and <see cref="Position"/> shows that.
/// </summary>
internal sealed class ZipRegionStream(SafeFileHandle file, long offset, long length) : Stream
{
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var remaining = length - _position;
        var wanted = (int)Math.Min(buffer.Length, remaining > 1 ? remaining - 1 : remaining);
        var read = wanted == 0 ? 0 : RandomAccess.Read(file, buffer[..wanted], offset + _position);
        _position += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
