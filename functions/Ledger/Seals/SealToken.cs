using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Serverless.Releases;
using Serverless.Signing;

namespace Serverless.Ledger.Seals;

/// <summary>A seal as it is stored: a JWS in compact form (RFC 7515 §7.1), signed RS256. There is one way to write a seal, and only that is read.</summary>
internal sealed class SealToken
{
    private const string Algorithm = "RS256";
    private const string MediaType = "ledger-seal";

    private readonly Sha256Digest _signed;
    private readonly byte[] _signature;

    private SealToken(LedgerSeal seal, string keyId, Sha256Digest signed, byte[] signature)
    {
        (Seal, KeyId, _signed, _signature) = (seal, keyId, signed, signature);
    }

    /// <summary>What it says, whoever signed it.</summary>
    public LedgerSeal Seal { get; }

    public string KeyId { get; }

    /// <exception cref="CustodianException">The custodian failed, or its signature does not verify with its own public key.</exception>
    public static async Task<string> SignAsync(LedgerSeal seal, ISigningKey key, CancellationToken cancellation)
    {
        var input = Input(seal, key.PublicKey.KeyId);
        var signature = await key.For(SignaturePurpose.Seal).SignDigestProvenAsync(Sha256Digest.Of(Encoding.ASCII.GetBytes(input)), cancellation);
        return $"{input}.{Base64Url.EncodeToString(signature)}";
    }

    /// <returns>Null unless it is, byte for byte, what <see cref="SignAsync"/> would write but for the signature.</returns>
    public static SealToken? Parse(string token)
    {
        if (token.Split('.') is not [var header, var payload, var signed]
            || Read(header, PipelineJson.Default.SealHeader) is not { } head
            || Read(payload, PipelineJson.Default.LedgerSeal) is not { } seal
            || Decode(signed) is not { } signature)
        {
            return null;
        }

        var input = Input(seal, head.Kid);
        return token == $"{input}.{Base64Url.EncodeToString(signature)}"
            ? new SealToken(seal, head.Kid, Sha256Digest.Of(Encoding.ASCII.GetBytes(input)), signature)
            : null;
    }

    public bool IsSignedBy(SigningPublicKey key) => key.KeyId == KeyId && key.VerifiesDigest(_signature, _signed);

    private static string Input(LedgerSeal seal, string keyId) => string.Join(
        '.',
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new SealHeader(Algorithm, keyId, MediaType), PipelineJson.Default.SealHeader)),
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(seal, PipelineJson.Default.LedgerSeal)));

    private static T? Read<T>(string part, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return Decode(part) is { } json ? JsonSerializer.Deserialize(json, type) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[]? Decode(string part)
    {
        try
        {
            return Base64Url.DecodeFromChars(part);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

/// <summary>The protected header, its members in this order.</summary>
internal sealed record SealHeader(string Alg, string Kid, string Typ);
