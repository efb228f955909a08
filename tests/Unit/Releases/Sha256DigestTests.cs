using System.Text;
using CsCheck;
using Serverless.Releases;

namespace Serverless.Tests.Unit.Releases;

public sealed class Sha256DigestTests
{
    // NIST's example, by sha256sum.
    private const string OfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    [Fact]
    public void Digest_of_content_is_lower_case_hexadecimal() => Assert.Equal(OfAbc, Sha256Digest.Of(Encoding.ASCII.GetBytes("abc")).Hex);

    [Fact]
    public void Either_case_is_read_as_the_same_digest()
    {
        Assert.True(Sha256Digest.TryParse(OfAbc.ToUpperInvariant(), out var upper));

        Assert.Equal(OfAbc, upper.Hex);
        Assert.Equal(Sha256Digest.Of("abc"u8), upper);
    }

    [Fact]
    public void Bytes_and_text_are_two_forms_of_one_digest() => Gen.Byte.Array[32].Sample(
        bytes => Sha256Digest.TryParse(Sha256Digest.FromBytes(bytes).Hex, out var digest) && digest.ToBytes().AsSpan().SequenceEqual(bytes));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ba7816bf")]
    [InlineData("ga7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad0")]
    [InlineData("٣a7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    public void Anything_else_is_refused(string? text) => Assert.False(Sha256Digest.TryParse(text, out _));

    [Fact]
    public void Another_number_of_bytes_is_refused() => Assert.Throws<ArgumentException>(() => Sha256Digest.FromBytes(new byte[31]));
}
