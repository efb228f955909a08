using Serverless.Bundles;

namespace Serverless.Tests.Unit.Bundles;

public sealed class InflationBudgetTests
{
    private const int Megabyte = 1 << 20;

    private static readonly BundleOptions Limits = new() { MaxInflatedBytes = 100 * Megabyte, MaxRatio = 200 };

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, Megabyte)]
    [InlineData(1, Megabyte)]
    [InlineData(Megabyte, 200 * Megabyte / 2)]
    [InlineData(10_000, 2_000_000)]
    public void Entry_within_the_limits_passes(long compressed, long size) => Assert.Null(Check((compressed, size)));

    [Theory]
    [InlineData(0, Megabyte + 1, "compression_ratio")]
    [InlineData(1, Megabyte + 1, "compression_ratio")]
    [InlineData(10_000, 2_000_001, "compression_ratio")]
    [InlineData(Megabyte, (100 * Megabyte) + 1, "too_large")]
    [InlineData(1, long.MaxValue, "too_large")]
    public void Entry_beyond_a_limit_is_refused(long compressed, long size, string code) => Assert.Equal(code, Check((compressed, size)));

    [Fact]
    public void Many_small_entries_are_a_bomb_together() =>
        Assert.Equal("compression_ratio", Check([.. Enumerable.Repeat((Compressed: 1_000L, Size: 1_000_000L), 2)]));

    [Fact]
    public void Sum_does_not_overflow() =>
        Assert.Equal("too_large", Check([.. Enumerable.Repeat((Compressed: long.MaxValue / 8, Size: long.MaxValue), 4)]));

    private static string? Check(params (long Compressed, long Size)[] entries) =>
        InflationBudget.Check([.. entries.Select((entry, index) => Entries.Sized($"{index}", entry.Compressed, entry.Size))], Limits)?.Code;
}
