using System.Buffers.Binary;
using CsCheck;
using Serverless.Bundles.Zip;

namespace Serverless.Tests.Unit.Bundles.Zip;

public sealed class ZipSizesTests
{
    private const long Elsewhere = uint.MaxValue;

    [Fact]
    public void Small_numbers_need_no_field() => AssertResolved(new(1, 2, 3), [], new(1, 2, 3));

    [Fact]
    public void Each_number_that_stands_elsewhere_takes_the_next_of_the_field() => Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool, Gen.Long[0, long.MaxValue].Array[3]).Sample(
        (size, compressed, offset, values) =>
        {
            byte[] field = [.. new[] { size, compressed, offset }.Zip(values).Where(number => number.First).SelectMany(number => BitConverter.GetBytes(number.Second))];

            var read = new ZipSizes(size ? Elsewhere : 1, compressed ? Elsewhere : 2, offset ? Elsewhere : 3).TryResolve(Extra(1, field), out var resolved);

            return read && resolved == new ZipSizes(size ? values[0] : 1, compressed ? values[1] : 2, offset ? values[2] : 3);
        });

    [Fact]
    public void Other_fields_are_passed_over() =>
        AssertResolved(new(Elsewhere, 2, 3), [.. Extra(0x5455, [1, 2, 3]), .. Extra(1, BitConverter.GetBytes(5_000_000_000)), .. Extra(9, [])], new(5_000_000_000, 2, 3));

    [Fact]
    public void Damaged_or_missing_field_is_refused()
    {
        byte[][] damaged = [[], [1], [1, 0, 8], [1, 0, 8, 0, 1], Extra(1, new byte[7]), Extra(2, new byte[8]), Extra(1, BitConverter.GetBytes(-1L)), [.. Extra(1, new byte[8]), 0]];

        Assert.All(damaged, extra => Assert.False(new ZipSizes(Elsewhere, 2, 3).TryResolve(extra, out _)));
    }

    [Fact]
    public void Any_bytes_get_an_answer() => Gen.Byte.Array[0, 40].Sample(extra =>
        !new ZipSizes(Elsewhere, Elsewhere, Elsewhere).TryResolve(extra, out var resolved) || (resolved.Size >= 0 && resolved.CompressedSize >= 0 && resolved.HeaderOffset >= 0));

    private static void AssertResolved(ZipSizes sizes, byte[] extra, ZipSizes expected)
    {
        Assert.True(sizes.TryResolve(extra, out var resolved));
        Assert.Equal(expected, resolved);
    }

    private static byte[] Extra(ushort tag, byte[] field)
    {
        var extra = new byte[4 + field.Length];
        BinaryPrimitives.WriteUInt16LittleEndian(extra, tag);
        BinaryPrimitives.WriteUInt16LittleEndian(extra.AsSpan(2), (ushort)field.Length);
        field.CopyTo(extra, 4);
        return extra;
    }
}
