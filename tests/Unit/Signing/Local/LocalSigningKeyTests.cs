using Serverless.Signing.Local;
using Serverless.Tests.Support;

namespace Serverless.Tests.Unit.Signing.Local;

public sealed class LocalSigningKeyTests : IDisposable
{
    private readonly LocalSigningKey _key = new(SigningPublicKeyTests.Import(SignatureVectors.PrivateKey));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SignatureVectors.Digest, SignatureVectors.SignedDigest)]
    [InlineData("7f", SignatureVectors.SignedByte)]
    public async Task Signature_is_the_one_that_Node_makes(string payload, string expected)
    {
        var signature = await _key.SignAsync(Convert.FromHexString(payload), Cancellation);

        Assert.Equal(expected, Convert.ToHexStringLower(signature));
    }

    [Fact]
    public async Task Longest_payload_is_signed()
    {
        var signature = await _key.SignAsync(Enumerable.Repeat((byte)0x5A, 245).ToArray(), Cancellation);

        Assert.Equal(SignatureVectors.SignedLongest, Convert.ToHexStringLower(signature));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(246)]
    public async Task Payload_that_fits_no_block_is_refused(int length) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _key.SignAsync(new byte[length], Cancellation));

    public void Dispose() => _key.Dispose();
}
