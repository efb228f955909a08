using Serverless.Bundles;
using Serverless.Releases;
using Serverless.Signing;
using Serverless.Signing.Local;
using Serverless.Tests.Support;
using Serverless.Tests.Unit.Releases;

namespace Serverless.Tests.Unit.Signing;

public sealed class ReleaseSignaturesTests : IDisposable
{
    private static readonly BundleCipher Cipher = new([.. Enumerable.Range(0, 16).Select(value => (byte)value)], new byte[16]);

    private static readonly BundleDigests Ciphertext = new(TestReleases.Digest("ciphertext"), "00000000", 4096);

    private readonly LocalSigningKey _key = new(SigningPublicKeyTests.Import(SignatureVectors.PrivateKey));

    private static Sha256Digest Zip => Sha256Digest.FromBytes(Convert.FromHexString(SignatureVectors.Digest));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_plugin_generation_gets_its_own_encoding()
    {
        var form = await ReleaseSignatures.SignAsync(new KeyCipher(_key, Cipher), Zip, Ciphertext, Cancellation);

        Assert.Equal("MIIBCgKCAQEAz5rcxFkf", form.KeyId);
        Assert.Equal(SignatureVectors.SignedDigest, form.Checksum);
        Assert.Equal(SignatureVectors.SignedText, form.LegacyChecksum);
        Assert.Equal($"AAAAAAAAAAAAAAAAAAAAAA==:{SignatureVectors.SignedKey}", form.SessionKey);
        Assert.Equal((Ciphertext.Sha256, 4096), (form.CiphertextSha256, form.CiphertextSize));
        Assert.True(ReleaseSignatures.Verify(form, Zip, _key.PublicKey));
    }

    [Fact]
    public async Task Anything_exchanged_is_noticed()
    {
        var form = await ReleaseSignatures.SignAsync(new KeyCipher(_key, Cipher), Zip, Ciphertext, Cancellation);
        SignedForm[] exchanged =
        [
            form with { Checksum = "" },
            form with { Checksum = form.Checksum[..^1] },
            form with { Checksum = "zz" + form.Checksum[2..] },
            form with { Checksum = SignatureVectors.SignedByte },
            form with { LegacyChecksum = "not base64" },
            form with { LegacyChecksum = SignatureVectors.SignedKey },
            form with { SessionKey = "" },
            form with { SessionKey = SignatureVectors.SignedKey },
            form with { SessionKey = $"AAAA:{SignatureVectors.SignedKey}" },
            form with { SessionKey = $"{form.SessionKey}:" },
            form with { SessionKey = $"AAAAAAAAAAAAAAAAAAAAAA==:{SignatureVectors.SignedText}" },
        ];

        Assert.All(exchanged, wrong => Assert.False(ReleaseSignatures.Verify(wrong, Zip, _key.PublicKey)));
        Assert.False(ReleaseSignatures.Verify(form, TestReleases.Digest("other"), _key.PublicKey));
    }

    [Fact]
    public async Task Signature_of_another_key_is_never_published()
    {
        using var other = new LocalSigningKey(System.Security.Cryptography.RSA.Create(2048));
        var mixedUp = new MixedUpKeyStub(_key.PublicKey, other);

        await Assert.ThrowsAsync<CustodianException>(() => ReleaseSignatures.SignAsync(new KeyCipher(mixedUp, Cipher), Zip, Ciphertext, Cancellation));
    }

    public void Dispose() => _key.Dispose();
}
