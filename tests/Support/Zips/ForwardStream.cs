namespace Serverless.Tests.Support.Zips;

/// <summary>A stream that can only be written, from front to back.</summary>
internal abstract class ForwardStream : Stream
{
    private long _position;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _position;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Pass(buffer);
        _position += buffer.Length;
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected abstract void Pass(ReadOnlySpan<byte> buffer);
}

/// <summary>Passes bytes on up to a limit and goes on counting after it.</summary>
internal sealed class CutStream(Stream output, long limit) : ForwardStream
{
    protected override void Pass(ReadOnlySpan<byte> buffer) =>
        output.Write(buffer[..(int)Math.Clamp(limit - Position, 0, buffer.Length)]);
}

internal sealed class ChecksumStream(Stream output) : ForwardStream
{
    private Crc32 _crc32 = new();

    public uint Crc32 => _crc32.Value;

    protected override void Pass(ReadOnlySpan<byte> buffer)
    {
        _crc32.Append(buffer);
        output.Write(buffer);
    }
}
