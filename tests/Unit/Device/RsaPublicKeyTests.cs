using System.Security.Cryptography;
using Serverless.Device.Bundles;

namespace Serverless.Tests.Unit.Device;

public sealed class RsaPublicKeyTests
{
    [Fact]
    public void Signature_made_by_Node_opens_to_the_digest()
    {
        var key = RsaPublicKey.Parse(CryptoVectors.PublicKey);

        var payload = key.Recover(Convert.FromHexString(CryptoVectors.SignedDigest));

        Assert.Equal(CryptoVectors.Sha256, Convert.ToHexStringLower(payload!));
    }

    [Fact]
    public void Key_id_is_the_start_of_the_base64_body()
    {
        var key = RsaPublicKey.Parse(CryptoVectors.PublicKey);

        Assert.Equal("MIIBCgKCAQEA+5oLqI7J", key.KeyId(20));
    }

    [Fact]
    public void Flipped_bit_does_not_open()
    {
        var key = RsaPublicKey.Parse(CryptoVectors.PublicKey);
        var signature = Convert.FromHexString(CryptoVectors.SignedDigest);
        signature[128] ^= 1;

        Assert.Null(key.Recover(signature));
    }

    [Fact]
    public void Signature_with_a_DigestInfo_does_not_open_to_the_bare_digest()
    {
        using var rsa = RSA.Create(2048);
        var digest = SHA256.HashData([1, 2, 3]);
        var signature = rsa.SignHash(digest, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

        var payload = RsaPublicKey.Parse(rsa.ExportRSAPublicKeyPem()).Recover(signature);

        Assert.Equal(51, payload!.Length);
    }

    [Fact]
    public void Block_of_another_type_or_length_does_not_open()
    {
        using var rsa = RSA.Create(2048);
        var key = RsaPublicKey.Parse(rsa.ExportRSAPublicKeyPem());

        Assert.Null(key.Recover(rsa.Encrypt([1, 2, 3], RSAEncryptionPadding.Pkcs1)));
        Assert.Null(key.Recover(new byte[255]));
        Assert.Null(key.Recover(Enumerable.Repeat((byte)0xFF, 256).ToArray()));
    }

    [Fact]
    public void Key_of_another_form_or_size_is_refused()
    {
        using var small = RSA.Create(1024);
        using var right = RSA.Create(2048);

        Assert.Throws<FormatException>(() => RsaPublicKey.Parse(small.ExportRSAPublicKeyPem()));
        Assert.Throws<FormatException>(() => RsaPublicKey.Parse(right.ExportSubjectPublicKeyInfoPem()));
    }
}
