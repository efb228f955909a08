using System.Security.Cryptography;
using System.Text;
using Serverless.Signing.Local;
using Serverless.Tests.Support;

namespace Serverless.Fuzz.Targets;

/// <summary>The signing key of the test vectors: always the same one, so that a seed or a finding that it signed stays what it was.</summary>
internal static class FuzzedKey
{
    private static readonly RSA Rsa = Import(SignatureVectors.PrivateKey);

    public static readonly LocalSigningKey Key = new(Import(SignatureVectors.PrivateKey));

    /// <summary>A JWS as any other software would make it.</summary>
    public static byte[] Sign(string type, ReadOnlySpan<byte> payload)
    {
        var header = Encoding.ASCII.GetBytes($$"""{"alg":"RS256","typ":"{{type}}","kid":"{{Key.PublicKey.KeyId}}"}""");
        var signed = $"{Encode(header)}.{Encode(payload)}";
        return Encoding.ASCII.GetBytes($"{signed}.{Encode(Rsa.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}");
    }

    /// <summary>Base64url, by its definition and not by the library that the server uses.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    /// <inheritdoc cref="Encode"/>
    public static byte[] Decode(string text) =>
        Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/') + new string('=', (4 - (text.Length % 4)) % 4));

    private static RSA Import(string pem)
    {
        var rsa = RSA.Create();
        rsa.ImportFromPem(pem);
        return rsa;
    }
}
