using CsCheck;
using Serverless.Signing;

namespace Serverless.Tests.Unit.Signing;

public sealed class SignatureBlockTests
{
    [Fact]
    public void Payload_of_any_length_that_fits_comes_out() => Gen.Byte.Array[1, 245].Sample(
        payload => SignatureBlock.TryUnpad(Block(padding: 253 - payload.Length, payload), out var opened) && opened.AsSpan().SequenceEqual(payload));

    [Fact]
    public void Eight_bytes_of_padding_are_the_fewest()
    {
        for (var padding = 0; padding < 253; padding++)
        {
            Assert.Equal(padding >= 8, SignatureBlock.TryUnpad(Block(padding, new byte[253 - padding]), out _));
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(1, 2)]
    [InlineData(2, 0xFE)]
    [InlineData(100, 0x01)]
    public void Wrong_byte_in_the_frame_is_refused(int at, byte value)
    {
        var block = Block(padding: 221, new byte[32]);
        block[at] = value;

        Assert.False(SignatureBlock.TryUnpad(block, out _));
    }

    [Fact]
    public void Block_without_terminator_is_refused() => Assert.False(SignatureBlock.TryUnpad([0, 1, .. Enumerable.Repeat((byte)0xFF, 254)], out _));

    [Fact]
    public void Block_without_payload_is_refused() => Assert.False(SignatureBlock.TryUnpad(Block(padding: 253, []), out _));

    [Theory]
    [InlineData(0)]
    [InlineData(255)]
    [InlineData(257)]
    [InlineData(384)]
    public void Block_of_another_length_is_refused(int length)
    {
        var block = new byte[length];
        Block(padding: 221, new byte[32]).AsSpan(0, Math.Min(length, 256)).CopyTo(block);

        Assert.False(SignatureBlock.TryUnpad(block, out _));
    }

    private static byte[] Block(int padding, byte[] payload) => [0, 1, .. Enumerable.Repeat((byte)0xFF, padding), 0, .. payload];
}
