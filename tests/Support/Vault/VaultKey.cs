using System.Buffers.Text;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Serverless.Tests.Support.Vault;

/// <summary>One version of a key in a <see cref="FakeVault"/>. Only RSA keys sign.</summary>
public sealed class VaultKey : IDisposable
{
    /// <summary>The least that PKCS#1 puts around a payload: 00 01, eight bytes FF, 00.</summary>
    private const int MinPadding = 11;

    private readonly RSA? _rsa;

    private VaultKey(string name, RSA? rsa, JsonObject material)
    {
        (Name, _rsa, Material) = (name, rsa, material);
        Version = Guid.NewGuid().ToString("N");
    }

    public string Name { get; }

    public string Version { get; }

    /// <summary>May be shown, and signs.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>The public half as a JSON Web Key (RFC 7517), without its id.</summary>
    public JsonObject Material { get; }

    /// <summary>Path of this version in the vault.</summary>
    public string Path => $"/keys/{Name}/{Version}";

    public static VaultKey NewRsa(string name, int bits = 2048, bool isEnabled = true)
    {
        var rsa = RSA.Create(bits);
        var key = rsa.ExportParameters(includePrivateParameters: false);
        return new VaultKey(name, rsa, new JsonObject { ["kty"] = "RSA-HSM", ["n"] = Encode(key.Modulus!), ["e"] = Encode(key.Exponent!) }) { IsEnabled = isEnabled };
    }

    public static VaultKey NewEc(string name)
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = ec.ExportParameters(includePrivateParameters: false).Q;
        return new VaultKey(name, rsa: null, new JsonObject { ["kty"] = "EC-HSM", ["crv"] = "P-256", ["x"] = Encode(point.X!), ["y"] = Encode(point.Y!) });
    }

    /// <param name="algorithm"><c>RSNULL</c> for the bytes as they are, <c>RS256</c> for a SHA-256 digest.</param>
    /// <param name="value">What to sign.</param>
    /// <returns>Null where a vault would refuse.</returns>
    public byte[]? Sign(string algorithm, byte[] value) => (algorithm, _rsa) switch
    {
        ("RSNULL", { } rsa) when value.Length <= (rsa.KeySize / 8) - MinPadding => SignRaw(rsa, value),
        ("RS256", { } rsa) when value.Length == SHA256.HashSizeInBytes => rsa.SignHash(value, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        _ => null,
    };

    public void Dispose() => _rsa?.Dispose();

    internal static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);

    private static byte[] SignRaw(RSA rsa, byte[] value)
    {
        var key = rsa.ExportParameters(includePrivateParameters: true);
        var length = key.Modulus!.Length;
        var block = new byte[length];
        block.AsSpan(2, length - 3 - value.Length).Fill(0xFF);
        block[1] = 1;
        value.CopyTo(block, length - value.Length);

        var signed = BigInteger.ModPow(Number(block), Number(key.D!), Number(key.Modulus)).ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[length - signed.Length], .. signed];
    }

    private static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);
}
