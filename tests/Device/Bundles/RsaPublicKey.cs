using System.Numerics;
using System.Security.Cryptography;

namespace Serverless.Device.Bundles;

/// <summary>The public key in an app's configuration: it opens what the server's private key has closed.</summary>
public sealed class RsaPublicKey
{
    /// <summary>Bytes of a block; both platforms take RSA-2048 and nothing else.</summary>
    public const int Size = 256;

    private const string Header = "-----BEGIN RSA PUBLIC KEY-----";
    private const string Footer = "-----END RSA PUBLIC KEY-----";
    private const int MinimumPadding = 8;

    private readonly string _base64;
    private readonly BigInteger _modulus;
    private readonly BigInteger _exponent;

    private RsaPublicKey(string base64, RSAParameters parameters)
    {
        _base64 = base64;
        _modulus = new BigInteger(parameters.Modulus, isUnsigned: true, isBigEndian: true);
        _exponent = new BigInteger(parameters.Exponent, isUnsigned: true, isBigEndian: true);
    }

    /// <summary>Reads a PKCS#1 PEM.</summary>
    /// <exception cref="FormatException">Not PKCS#1, or not 2048 bits: the app would crash at its start.</exception>
    public static RsaPublicKey Parse(string pem)
    {
        var text = pem.Trim();
        if (!text.StartsWith(Header, StringComparison.Ordinal) || !text.EndsWith(Footer, StringComparison.Ordinal))
        {
            throw new FormatException($"A public key starts with {Header}.");
        }

        var base64 = string.Concat(text[Header.Length..^Footer.Length].Where(c => !char.IsWhiteSpace(c)));
        using var rsa = RSA.Create();
        rsa.ImportRSAPublicKey(Convert.FromBase64String(base64), out _);
        return rsa.KeySize == Size * 8
            ? new RsaPublicKey(base64, rsa.ExportParameters(includePrivateParameters: false))
            : throw new FormatException($"The key has {rsa.KeySize} bits, not 2048.");
    }

    /// <summary>The first characters of the key's base64 body.</summary>
    public string KeyId(int length) => _base64[..length];

    /// <summary>The payload of a type-1 block: <c>00 01 FF…FF 00 payload</c> with at least eight FF, and no DigestInfo.</summary>
    /// <returns>Null where the block was not made with the matching private key.</returns>
    public byte[]? Recover(ReadOnlySpan<byte> signature)
    {
        if (signature.Length != Size)
        {
            return null;
        }

        var number = new BigInteger(signature, isUnsigned: true, isBigEndian: true);
        if (number >= _modulus)
        {
            return null;
        }
        var opened = BigInteger.ModPow(number, _exponent, _modulus).ToByteArray(isUnsigned: true, isBigEndian: true);
        Span<byte> block = stackalloc byte[Size];
        block.Clear();
        opened.CopyTo(block[(Size - opened.Length)..]);

        var padding = block[2..];
        var end = padding.IndexOfAnyExcept((byte)0xFF);
        return block[0] == 0 && block[1] == 1 && end >= MinimumPadding && padding[end] == 0
            ? padding[(end + 1)..].ToArray()
            : null;
    }
}
