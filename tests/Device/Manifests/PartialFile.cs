using System.Buffers;

namespace Serverless.Device.Manifests;

/// <summary>What has come of one file so far; kept over checks, so that the next one goes on where this one stopped.</summary>
internal sealed class PartialFile
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public int Length => _bytes.WrittenCount;

    public byte[] Content => _bytes.WrittenSpan.ToArray();

    public void Restart() => _bytes.ResetWrittenCount();

    public void Append(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);
}
