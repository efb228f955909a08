using System.Numerics;
using System.Security.Cryptography;

namespace Serverless.Tests.EndToEnd.Conformance;

/// <summary>The public key in an app, and what a plugin does with it, by arithmetic alone.</summary>
internal sealed record AppKey(string Id, BigInteger Modulus, BigInteger Exponent)
{
    private const int SignatureLength = 256;
    private const int IdLength = 20;

    /// <param name="pem">In PKCS#1, the only form plugins read.</param>
    public static AppKey FromPem(string pem)
    {
        var fields = PemEncoding.Find(pem);
        Assert.Equal("RSA PUBLIC KEY", pem[fields.Label]);
        using var rsa = RSA.Create();
        rsa.ImportFromPem(pem);
        var parameters = rsa.ExportParameters(includePrivateParameters: false);
        return new AppKey(string.Concat(pem[fields.Base64Data].Where(character => !char.IsWhiteSpace(character)))[..IdLength], Number(parameters.Modulus!), Number(parameters.Exponent!));
    }

    /// <summary>Takes the payload out of a type-1 block: <c>00 01</c>, at least eight <c>FF</c>, <c>00</c>, payload.</summary>
    public byte[] Open(byte[] signature)
    {
        Assert.Equal(SignatureLength, signature.Length);

        // The block's leading zero is lost in the number.
        var block = BigInteger.ModPow(Number(signature), Exponent, Modulus).ToByteArray(isUnsigned: true, isBigEndian: true);
        Assert.Equal((SignatureLength - 1, 1), (block.Length, block[0]));
        var end = Array.FindIndex(block, startIndex: 1, value => value != 0xFF);
        Assert.True(end > 8 && block[end] == 0, "The padding should be FF up to a zero.");
        return block[(end + 1)..];
    }

    private static BigInteger Number(byte[] bigEndian) => new(bigEndian, isUnsigned: true, isBigEndian: true);
}
