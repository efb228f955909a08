namespace Serverless.Tests.Support.Faults;

/// <summary>Reads and writes a stream no faster than so many bytes a second, a tenth of a second's worth at a time.</summary>
internal sealed class TrickleStream(Stream inner, int bytesPerSecond) : Stream
{
    private static readonly TimeSpan Drip = TimeSpan.FromMilliseconds(100);

    private readonly int _drop = Math.Max(1, bytesPerSecond / 10);

    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => false;

    public override bool CanWrite => inner.CanWrite;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Task.Delay(Drip, cancellationToken);
        return await inner.ReadAsync(buffer[..Math.Min(_drop, buffer.Length)], cancellationToken);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        for (var rest = buffer; rest.Length > 0;)
        {
            var drop = rest[..Math.Min(_drop, rest.Length)];
            await inner.WriteAsync(drop, cancellationToken);
            await inner.FlushAsync(cancellationToken);
            rest = rest[drop.Length..];
            await Task.Delay(Drip, cancellationToken);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => throw new NotSupportedException("Asynchronous only.");

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Asynchronous only.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Asynchronous only.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
