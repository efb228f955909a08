using System.Security.Cryptography;
using Serverless.Releases;
using Serverless.Signing;
using Serverless.Signing.Local;
using Serverless.Tests.Support;

namespace Serverless.Tests.Unit.Signing;

public sealed class ProvenSignatureTests : IDisposable
{
    private static readonly RSA Rsa = SigningPublicKeyTests.Import(SignatureVectors.PrivateKey);

    private readonly LocalSigningKey _key = new(SigningPublicKeyTests.Import(SignatureVectors.PrivateKey));
    private readonly LocalSigningKey _other = new(RSA.Create(2048));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Sha256Digest Digest => Sha256Digest.FromBytes(Convert.FromHexString(SignatureVectors.Digest));

    [Fact]
    public async Task Digest_signature_is_the_platforms_RS256()
    {
        var expected = Rsa.SignHash(Convert.FromHexString(SignatureVectors.Digest), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

        Assert.Equal(expected, await _key.SignDigestProvenAsync(Digest, Cancellation));
    }

    [Fact]
    public async Task Signature_by_another_key_is_not_handed_on()
    {
        var mixedUp = new MixedUpKeyStub(_key.PublicKey, _other);

        await Assert.ThrowsAsync<CustodianException>(() => mixedUp.SignProvenAsync(new byte[32], Cancellation));
        await Assert.ThrowsAsync<CustodianException>(() => ((ISigningKey)mixedUp).SignDigestProvenAsync(Digest, Cancellation));
    }

    [Fact]
    public void Raw_signature_over_a_digest_is_no_RS256()
    {
        Assert.False(_key.PublicKey.VerifiesDigest(Convert.FromHexString(SignatureVectors.SignedDigest), Digest));
        Assert.False(_key.PublicKey.VerifiesDigest([1, 2, 3], Digest));
    }

    [Fact]
    public async Task Probe_tells_a_sound_key_from_one_whose_signatures_do_not_open()
    {
        var sound = await KeyProbe.RunAsync(_key, Cancellation);
        var mixedUp = await KeyProbe.RunAsync(new MixedUpKeyStub(_key.PublicKey, _other), Cancellation);

        Assert.Equal((true, "MIIBCgKCAQEAz5rcxFkf"), (sound.IsSound, sound.KeyId));
        Assert.False(mixedUp.IsSound);
        Assert.Equal("The custodian's signature does not open with the public key MIIBCgKCAQEAz5rcxFkf; nothing is published with it.", mixedUp.RawFault);
        Assert.Equal(mixedUp.RawFault, mixedUp.DigestFault);
    }

    public void Dispose()
    {
        _key.Dispose();
        _other.Dispose();
    }
}
