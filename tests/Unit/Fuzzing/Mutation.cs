using CsCheck;

namespace Serverless.Tests.Unit.Fuzzing;

/// <summary>Inputs that differ from a seed in a few places, as a fuzzer that sees no coverage makes them.</summary>
internal static class Mutation
{
    private const int MaxChanges = 6;
    private const int MaxLength = 40;

    private static readonly byte[][] Numbers =
        [[0], [0xFF], [0x7F], [0x80], [0xFF, 0xFF], [0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0x7F], [0xFF, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]];

    // In per mille of the input's length, so that a change means the same whichever seed it falls on.
    private static readonly Gen<int> Place = Gen.Int[0, 1000];

    private static readonly Gen<Func<byte[], byte[], byte[]>> Change = Gen.Select(
        Gen.Int[0, 6], Place, Place, Gen.Int[1, MaxLength], Gen.Byte, Gen.Int[0, Numbers.Length - 1],
        (kind, at, from, length, value, number) => new Func<byte[], byte[], byte[]>((bytes, other) => kind switch
        {
            0 => Put(bytes, At(bytes, at), [value]),
            1 => Put(bytes, At(bytes, at), Numbers[number]),
            2 => Flip(bytes, At(bytes, at), value),
            3 => [.. bytes[..At(bytes, at)], .. Enumerable.Repeat(value, length), .. bytes[At(bytes, at)..]],
            4 => [.. bytes[..At(bytes, at)], .. bytes[Math.Min(bytes.Length, At(bytes, at) + length)..]],
            5 => [.. bytes[..At(bytes, at)], .. Piece(bytes, from, length), .. bytes[At(bytes, at)..]],
            _ => [.. bytes[..At(bytes, at)], .. other[At(other, from)..]],
        }));

    /// <summary>The seeds themselves are not among them but by chance.</summary>
    public static Gen<byte[]> Of(IReadOnlyList<byte[]> seeds)
    {
        var seed = Gen.Int[0, seeds.Count - 1].Select(index => seeds[index]);
        return Gen.Select(seed, seed, Change.Array[1, MaxChanges], (start, other, changes) => changes.Aggregate(start, (bytes, change) => change(bytes, other)));
    }

    private static int At(byte[] bytes, int perMille) => bytes.Length * perMille / 1000;

    private static byte[] Piece(byte[] bytes, int from, int length) => bytes[At(bytes, from)..Math.Min(bytes.Length, At(bytes, from) + length)];

    private static byte[] Put(byte[] bytes, int at, byte[] piece)
    {
        var changed = (byte[])bytes.Clone();
        piece.AsSpan(0, Math.Min(piece.Length, bytes.Length - at)).CopyTo(changed.AsSpan(at));
        return changed;
    }

    private static byte[] Flip(byte[] bytes, int at, byte value) => at < bytes.Length ? Put(bytes, at, [(byte)(bytes[at] ^ (1 << (value % 8)))]) : bytes;
}
