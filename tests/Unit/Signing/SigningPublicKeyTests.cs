using System.Numerics;
using System.Security.Cryptography;
using Serverless.Signing;
using Serverless.Tests.Support;

namespace Serverless.Tests.Unit.Signing;

public sealed class SigningPublicKeyTests
{
    private static readonly RSA Rsa = Import(SignatureVectors.PrivateKey);

    private static readonly SigningPublicKey Key = SigningPublicKey.From(Rsa);

    [Fact]
    public void Key_is_shown_as_apps_carry_it()
    {
        Assert.Equal(SignatureVectors.PublicKey.ReplaceLineEndings("\n"), Key.Pem);
        Assert.Equal("MIIBCgKCAQEAz5rcxFkf", Key.KeyId);
    }

    [Fact]
    public void Signature_made_by_openssl_opens_to_the_digest()
    {
        Assert.True(Key.TryOpen(Convert.FromHexString(SignatureVectors.SignedDigest), out var payload));

        Assert.Equal(SignatureVectors.Digest, Convert.ToHexStringLower(payload));
        Assert.True(Key.Verifies(Convert.FromHexString(SignatureVectors.SignedDigest), Convert.FromHexString(SignatureVectors.Digest)));
    }

    [Fact]
    public void Signature_over_another_payload_does_not_verify()
    {
        var signature = Convert.FromHexString(SignatureVectors.SignedDigest);

        Assert.False(Key.Verifies(signature, new byte[32]));
        Assert.False(Key.Verifies(signature, Convert.FromHexString(SignatureVectors.Digest).AsSpan(0, 31)));
    }

    [Fact]
    public void Each_flipped_bit_closes_the_signature()
    {
        var signature = Convert.FromHexString(SignatureVectors.SignedDigest);
        for (var bit = 0; bit < 2048; bit += 37)
        {
            signature[bit / 8] ^= (byte)(1 << (bit % 8));

            Assert.False(Key.Verifies(signature, Convert.FromHexString(SignatureVectors.Digest)));
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Value_not_below_the_modulus_is_refused()
    {
        var modulus = new BigInteger(Rsa.ExportParameters(false).Modulus, isUnsigned: true, isBigEndian: true);
        var signature = new BigInteger(Convert.FromHexString(SignatureVectors.SignedByte), isUnsigned: true, isBigEndian: true);

        // The same residue, so the arithmetic alone would open it.
        var alias = (signature + modulus).ToByteArray(isUnsigned: true, isBigEndian: true);

        Assert.False(Key.TryOpen(modulus.ToByteArray(isUnsigned: true, isBigEndian: true), out _));
        Assert.False(Key.TryOpen(alias, out _));
        Assert.False(Key.TryOpen(Enumerable.Repeat((byte)0xFF, 256).ToArray(), out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(255)]
    [InlineData(257)]
    public void Signature_of_another_length_is_refused(int length) => Assert.False(Key.TryOpen(new byte[length], out _));

    [Fact]
    public void Zero_opens_nothing() => Assert.False(Key.TryOpen(new byte[256], out _));

    [Fact]
    public void Encryption_to_the_key_is_no_signature()
    {
        using var other = RSA.Create(2048);

        Assert.False(SigningPublicKey.From(other).TryOpen(other.Encrypt([1, 2, 3], RSAEncryptionPadding.Pkcs1), out _));
    }

    [Fact]
    public void Signature_with_a_digest_info_is_not_one_over_the_digest()
    {
        var digest = Convert.FromHexString(SignatureVectors.Digest);
        var rs256 = Rsa.SignHash(digest, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

        Assert.True(Key.TryOpen(rs256, out var payload));
        Assert.Equal(51, payload.Length);
        Assert.False(Key.Verifies(rs256, digest));
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(3072)]
    public void Key_of_another_size_is_refused(int bits)
    {
        using var rsa = RSA.Create(bits);

        var refused = Assert.Throws<CryptographicException>(() => SigningPublicKey.From(rsa));

        Assert.Contains($"{bits}", refused.Message, StringComparison.Ordinal);
    }

    internal static RSA Import(string pem)
    {
        var rsa = RSA.Create();
        rsa.ImportFromPem(pem);
        return rsa;
    }
}
