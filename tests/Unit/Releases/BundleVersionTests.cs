using CsCheck;
using Serverless.Releases;

namespace Serverless.Tests.Unit.Releases;

public sealed class BundleVersionTests
{
    // Rising precedence: the examples of semver.org §11, and numbers beyond 64 bits.
    private static readonly string[] Ascending =
    [
        "0.0.0-0", "0.0.0", "0.0.1", "0.1.0", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11",
        "1.0.0-rc.1", "1.0.0", "2.0.0", "2.1.0", "2.1.1", "2.1.10", "2.2.0", "2.10.0", "10.0.0", "99999999999999999999.0.0",
    ];

    private static readonly Gen<string> Identifier = Gen.OneOf(Gen.Int[0, 30].Select(number => $"{number}"), Gen.OneOf("alpha", "beta", "rc", "x-y", "A"));

    private static readonly Gen<BundleVersion> Version = Gen.Select(
        Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 3], Identifier.Array[0, 3], Identifier.Array[0, 2], (major, minor, patch, pre, build) => BundleVersion.Parse(
            $"{major}.{minor}.{patch}{(pre.Length > 0 ? "-" : "")}{string.Join('.', pre)}{(build.Length > 0 ? "+" : "")}{string.Join('.', build)}"));

    [Fact]
    public void Precedence_is_that_of_the_specification()
    {
        for (var left = 0; left < Ascending.Length; left++)
        {
            for (var right = 0; right < Ascending.Length; right++)
            {
                var (a, b) = (BundleVersion.Parse(Ascending[left]), BundleVersion.Parse(Ascending[right]));

                Assert.Equal(left.CompareTo(right), Math.Sign(a.CompareTo(b)));
                Assert.Equal(left < right, a < b);
                Assert.Equal(left > right, a > b);
                Assert.Equal(left <= right, a <= b);
                Assert.Equal(left >= right, a >= b);
            }
        }
    }

    [Fact]
    public void Build_metadata_does_not_count_in_precedence_and_does_in_equality()
    {
        var (plain, built) = (BundleVersion.Parse("1.0.0"), BundleVersion.Parse("1.0.0+20260101"));

        Assert.Equal(0, plain.CompareTo(built));
        Assert.NotEqual(plain, built);
        Assert.Equal(BundleVersion.Parse("1.0.0+20260101"), built);
    }

    [Fact]
    public void Order_is_total() => Gen.Select(Version, Version, Version).Sample(
        (a, b, c) => Math.Sign(a.CompareTo(b)) == -Math.Sign(b.CompareTo(a))
            && a.CompareTo(a) == 0
            && (a > b || b > c || a <= c)
            && (a.CompareTo(b) != 0 || Math.Sign(a.CompareTo(c)) == Math.Sign(b.CompareTo(c))),
        iter: 20_000);

    [Fact]
    public void Equality_is_that_of_the_text() => Gen.Select(Version, Version).Sample(
        (a, b) => (a == b) == (a.Value == b.Value) && (a != b || a.GetHashCode() == b.GetHashCode()),
        iter: 20_000);

    [Fact]
    public void Text_survives_parsing() => Version.Sample(version => BundleVersion.TryParse(version.Value, out var again) && again.Value == version.Value, iter: 5_000);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1.2")]
    [InlineData("v1.2.3")]
    [InlineData("V1.2.3")]
    [InlineData("1.2.3.4")]
    [InlineData("01.2.3")]
    [InlineData("1.02.3")]
    [InlineData("1.2.3-01")]
    [InlineData("1.2.3-")]
    [InlineData("1.2.3+")]
    [InlineData("1.2.3-a..b")]
    [InlineData("1.2.3-a_b")]
    [InlineData("1.2.3+a+b")]
    [InlineData(" 1.2.3")]
    [InlineData("1.2.3 ")]
    [InlineData("1.2.3\n")]
    [InlineData("-1.2.3")]
    [InlineData("١.٢.٣")]
    [InlineData("builtin")]
    public void Anything_but_strict_semver_is_refused(string? text) => Assert.False(BundleVersion.TryParse(text, out _));

    [Fact]
    public void Length_ends_at_128()
    {
        var longest = "1.0.0-" + new string('a', 122);

        Assert.True(BundleVersion.TryParse(longest, out _));
        Assert.False(BundleVersion.TryParse(longest + "a", out _));
    }

    [Fact]
    public void Text_of_no_version_is_empty() => Assert.Equal("", default(BundleVersion).ToString());

    [Fact]
    public void Damaged_row_is_told_apart() => Assert.Throws<FormatException>(() => BundleVersion.Parse("1.4"));

    [Theory]
    [InlineData("builtin", true)]
    [InlineData("BUILTIN", true)]
    [InlineData("Unknown", true)]
    [InlineData("1.0.0", false)]
    [InlineData("builtin2", false)]
    public void Names_of_no_bundle_are_reserved(string text, bool reserved) => Assert.Equal(reserved, BundleVersion.IsReserved(text));
}
