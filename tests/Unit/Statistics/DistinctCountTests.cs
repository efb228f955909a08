using System.Buffers.Binary;
using System.Security.Cryptography;
using CsCheck;
using Serverless.Statistics;

namespace Serverless.Tests.Unit.Statistics;

public sealed class DistinctCountTests
{
    private static readonly Gen<ulong[]> Hashes = Gen.ULong.Array[0, 300];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(1_000)]
    [InlineData(4_000)]
    [InlineData(10_000)]
    [InlineData(12_000)]
    [InlineData(20_000)]
    [InlineData(50_000)]
    [InlineData(100_000)]
    public void Estimate_is_within_five_percent(int devices)
    {
        for (var fleet = 0; fleet < 5; fleet++)
        {
            var estimate = Count(Enumerable.Range(0, devices).Select(device => Hash(fleet, device))).Estimate();

            Assert.InRange(estimate, Math.Floor(devices * 0.95), Math.Ceiling(devices * 1.05));
        }
    }

    [Fact]
    public void Merging_counts_what_either_has_seen() => Gen.Select(Hashes, Hashes).Sample((left, right) =>
        Count(left).Merge(Count(right)) == Count(left.Concat(right)) && Count(left).Merge(Count(right)) == Count(right).Merge(Count(left)));

    [Fact]
    public void Seeing_something_again_changes_nothing() => Hashes.Sample(hashes =>
    {
        var once = Count(hashes);
        return hashes.All(hash => ReferenceEquals(once.Add(hash), once)) && once.Merge(once) == once;
    });

    [Fact]
    public void Order_does_not_matter() => Hashes.Sample(hashes => Count(hashes) == Count(hashes.Reverse()));

    [Fact]
    public void Count_is_read_as_it_was_written() => Hashes.Sample(hashes => DistinctCount.From([.. Count(hashes).Registers]) == Count(hashes));

    [Theory]
    [InlineData(0UL, 0, 53)]
    [InlineData(ulong.MaxValue, 4095, 1)]
    [InlineData(1UL, 0, 52)]
    [InlineData(0x0018_0000_0000_0000UL, 1, 1)]
    [InlineData(0x0014_0000_0000_0000UL, 1, 2)]
    public void Register_holds_the_position_of_the_first_one(ulong hash, int register, byte expected)
    {
        var count = DistinctCount.Zero.Add(hash);

        Assert.Equal(expected, count.Registers[register]);
        Assert.Equal(4095, count.Registers.Count(value => value == 0));
    }

    [Fact]
    public void Registers_of_another_length_are_refused() => Assert.Throws<FormatException>(() => DistinctCount.From(new byte[100]));

    private static DistinctCount Count(IEnumerable<ulong> hashes) => hashes.Aggregate(DistinctCount.Zero, (count, hash) => count.Add(hash));

    private static ulong Hash(int fleet, int device)
    {
        Span<byte> name = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(name, fleet);
        BinaryPrimitives.WriteInt32LittleEndian(name[4..], device);
        return BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(name));
    }
}
