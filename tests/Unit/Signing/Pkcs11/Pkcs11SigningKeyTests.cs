using System.Security.Cryptography;
using Serverless.Device.Bundles;
using Serverless.Releases;
using Serverless.Signing;
using Serverless.Signing.Pkcs11;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Hsm;

namespace Serverless.Tests.Unit.Signing.Pkcs11;

/// <summary>What a key that was made in an HSM, and never left it, signs.</summary>
public sealed class Pkcs11SigningKeyTests(SoftHsm hsm)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [HsmFact]
    public async Task Device_opens_the_raw_signature_to_the_very_payload()
    {
        var token = hsm.CreateToken();
        token.GenerateRsa(HsmKey.Label);
        using var custodian = HsmKey.Of(token).Custodian();

        var key = await FindKeyAsync(custodian);

        var device = RsaPublicKey.Parse(key.PublicKey.Pem);
        Assert.Equal(device.KeyId(20), key.PublicKey.KeyId);
        foreach (var length in new[] { 1, 16, 32, 48, 245 })
        {
            var payload = RandomNumberGenerator.GetBytes(length);
            Assert.Equal(payload, device.Recover(await key.SignAsync(payload, Cancellation)));
        }
    }

    [HsmFact]
    public async Task Signature_is_the_one_that_openssl_makes_with_the_same_key()
    {
        var token = hsm.CreateToken();
        using var rsa = SigningPublicKeyTests.Import(SignatureVectors.PrivateKey);
        token.Import(HsmKey.Label, rsa.ExportParameters(includePrivateParameters: true));
        using var custodian = HsmKey.Of(token).Custodian();

        var key = await FindKeyAsync(custodian);

        Assert.Equal(SignatureVectors.PublicKey.ReplaceLineEndings("\n"), key.PublicKey.Pem);
        Assert.Equal(
            SignatureVectors.SignedDigest, Convert.ToHexStringLower(await key.SignAsync(Convert.FromHexString(SignatureVectors.Digest), Cancellation)));
    }

    [HsmFact]
    public async Task Digest_is_signed_with_RS256()
    {
        var token = hsm.CreateToken();
        token.GenerateRsa(HsmKey.Label);
        using var custodian = HsmKey.Of(token).Custodian();
        var content = RandomNumberGenerator.GetBytes(1000);

        var key = await FindKeyAsync(custodian);
        var signature = await key.SignDigestAsync(Sha256Digest.Of(content), Cancellation);

        using var judge = SigningPublicKeyTests.Import(key.PublicKey.Pem);
        Assert.True(judge.VerifyData(content, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    [HsmFact]
    public async Task Many_signatures_share_few_sessions()
    {
        var token = hsm.CreateToken();
        token.GenerateRsa(HsmKey.Label);
        var options = HsmKey.Of(token);
        options.Sessions = 2;
        using var custodian = options.Custodian();
        var key = await FindKeyAsync(custodian);

        var signing = Enumerable.Range(0, 60).Select(number => new byte[] { (byte)number, 1 }).Select(async payload => (payload, Signature: await key.SignAsync(payload, Cancellation)));

        Assert.All(await Task.WhenAll(signing), signed => Assert.True(key.PublicKey.Verifies(signed.Signature, signed.payload)));
    }

    [HsmFact]
    public async Task Public_half_is_read_from_the_private_key_where_there_is_no_other()
    {
        var token = hsm.CreateToken();
        token.GenerateRsa(HsmKey.Label, hasPublicObject: false);
        using var custodian = HsmKey.Of(token).Custodian();

        var key = await FindKeyAsync(custodian);

        Assert.NotNull(await key.SignProvenAsync(new byte[] { 1 }, Cancellation));
    }

    [HsmTheory]
    [InlineData(0)]
    [InlineData(246)]
    public async Task Payload_that_fits_no_block_is_refused(int length)
    {
        var token = hsm.CreateToken();
        token.GenerateRsa(HsmKey.Label);
        using var custodian = HsmKey.Of(token).Custodian();
        var key = await FindKeyAsync(custodian);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => key.SignAsync(new byte[length], Cancellation));
    }

    private static async Task<ISigningKey> FindKeyAsync(Pkcs11Custodian custodian) => Assert.Single(await custodian.GetKeysAsync(Cancellation));
}
