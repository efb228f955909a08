using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Security.Cryptography;
using Serverless.Releases;

namespace Serverless.Signing;

/// <summary>
/// The public half of a signing key, as apps carry it: RSA-2048 in PKCS#1 form, the only key every plugin generation accepts.
/// Opens signatures locally, exactly as the plugin does; no custodian is asked.
/// </summary>
internal sealed class SigningPublicKey
{
    /// <summary>The plugin sends this many characters of the PKCS#1 base64 body as <c>key_id</c>.</summary>
    public const int KeyIdLength = 20;

    private readonly RSAParameters _parameters;
    private readonly BigInteger _modulus;
    private readonly BigInteger _exponent;

    private SigningPublicKey(RSA rsa)
    {
        _parameters = rsa.ExportParameters(includePrivateParameters: false);
        _modulus = new BigInteger(_parameters.Modulus, isUnsigned: true, isBigEndian: true);
        _exponent = new BigInteger(_parameters.Exponent, isUnsigned: true, isBigEndian: true);
        Pem = rsa.ExportRSAPublicKeyPem();
        KeyId = Convert.ToBase64String(rsa.ExportRSAPublicKey())[..KeyIdLength];
    }

    /// <summary>First 20 characters of the PKCS#1 base64; what devices that carry this key send.</summary>
    public string KeyId { get; }

    /// <summary><c>BEGIN RSA PUBLIC KEY</c>, ready for the app's <c>publicKey</c>.</summary>
    public string Pem { get; }

    /// <exception cref="CryptographicException">The key is not RSA-2048: devices would refuse every signature by it.</exception>
    public static SigningPublicKey From(RSA rsa) => rsa.KeySize == SignatureBlock.Length * 8
        ? new SigningPublicKey(rsa)
        : throw new CryptographicException($"The signing key has {rsa.KeySize} bits; the plugin accepts RSA-2048 only.");

    /// <summary>Recovers the signed payload.</summary>
    /// <returns>False when the signature is not 256 bytes or was not made by this key.</returns>
    public bool TryOpen(ReadOnlySpan<byte> signature, [NotNullWhen(true)] out byte[]? payload)
    {
        payload = null;
        if (signature.Length != SignatureBlock.Length)
        {
            return false;
        }

        var value = new BigInteger(signature, isUnsigned: true, isBigEndian: true);
        if (value >= _modulus)
        {
            return false;
        }

        var opened = BigInteger.ModPow(value, _exponent, _modulus).ToByteArray(isUnsigned: true, isBigEndian: true);
        var block = new byte[SignatureBlock.Length];
        opened.CopyTo(block, SignatureBlock.Length - opened.Length);
        return SignatureBlock.TryUnpad(block, out payload);
    }

    /// <summary>True when the signature opens with this key to exactly this payload.</summary>
    public bool Verifies(ReadOnlySpan<byte> signature, ReadOnlySpan<byte> payload) =>
        TryOpen(signature, out var opened) && CryptographicOperations.FixedTimeEquals(opened, payload);

    /// <summary>True when it is an RS256 signature by this key over what has this digest.</summary>
    public bool VerifiesDigest(ReadOnlySpan<byte> signature, Sha256Digest digest)
    {
        using var rsa = RSA.Create(_parameters);
        return rsa.VerifyHash(digest.ToBytes(), signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}
