using System.Numerics;
using System.Security.Cryptography;

namespace Serverless.Tests.Storage.Intake;

/// <summary>Opens signatures as the plugin does, written from RFC 8017 alone: a signature to the power of e, without its padding.</summary>
internal static class RawSignature
{
    public static byte[] Open(RSAParameters key, byte[] signature)
    {
        var opened = BigInteger.ModPow(Number(signature), Number(key.Exponent!), Number(key.Modulus!)).ToByteArray(isUnsigned: true, isBigEndian: true);

        // The block's first byte is zero, which a number does not show.
        Assert.Equal(255, opened.Length);
        var payload = Array.IndexOf(opened, (byte)0) + 1;
        Assert.Equal(1, opened[0]);
        Assert.All(opened[1..(payload - 1)], padding => Assert.Equal(0xFF, padding));
        return opened[payload..];
    }

    /// <summary>What the plugin sends: the first twenty characters of the key's PKCS#1 base64.</summary>
    public static string KeyId(RSAParameters key)
    {
        using var rsa = RSA.Create(key);
        return Convert.ToBase64String(rsa.ExportRSAPublicKey())[..20];
    }

    private static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);
}
