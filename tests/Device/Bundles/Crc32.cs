using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Serverless.Device.Bundles;

/// <summary>CRC-32 as zip files use it; the shared framework has none.</summary>
internal sealed class Crc32 : HashAlgorithm
{
    private const uint Polynomial = 0xEDB88320;

    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(i => Remainder((uint)i))];

    private uint _state = uint.MaxValue;

    /// <summary>The checksum of a stream read to its end.</summary>
    public uint Value => BinaryPrimitives.ReadUInt32BigEndian(Hash);

    public override void Initialize() => _state = uint.MaxValue;

    protected override void HashCore(byte[] array, int ibStart, int cbSize) => HashCore(array.AsSpan(ibStart, cbSize));

    protected override void HashCore(ReadOnlySpan<byte> source)
    {
        foreach (var b in source)
        {
            _state = Table[(byte)(_state ^ b)] ^ (_state >> 8);
        }
    }

    protected override byte[] HashFinal()
    {
        var hash = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(hash, ~_state);
        return hash;
    }

    private static uint Remainder(uint value)
    {
        for (var bit = 0; bit < 8; bit++)
        {
            value = (value & 1) == 0 ? value >> 1 : Polynomial ^ (value >> 1);
        }
        return value;
    }
}
