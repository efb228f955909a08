using System.Text.Json;
using Serverless.Signing;

namespace Serverless.Ledger.Seals;

/// <summary>A seal as it is stored: a JWS, signed RS256. There is one way to write a seal, and only that is read.</summary>
internal sealed class SealToken
{
    private const string MediaType = "ledger-seal";

    private readonly CompactJws _jws;

    private SealToken(LedgerSeal seal, CompactJws jws) => (Seal, _jws) = (seal, jws);

    /// <summary>What it says, whoever signed it.</summary>
    public LedgerSeal Seal { get; }

    public string KeyId => _jws.KeyId;

    /// <exception cref="CustodianException">The custodian failed, or its signature does not verify with its own public key.</exception>
    public static Task<byte[]> SignAsync(LedgerSeal seal, ISigningKey key, CancellationToken cancellation) =>
        CompactJws.SignAsync(MediaType, Write(seal), key.For(SignaturePurpose.Seal), cancellation);

    /// <returns>Null unless it is, byte for byte, what <see cref="SignAsync"/> would write but for the signature.</returns>
    public static SealToken? Parse(ReadOnlySpan<byte> token) =>
        CompactJws.Parse(MediaType, token) is { } jws && Read(jws.Payload) is { } seal ? new SealToken(seal, jws) : null;

    public bool IsSignedBy(SigningPublicKey key) => _jws.IsSignedBy(key);

    private static LedgerSeal? Read(byte[] payload)
    {
        try
        {
            // Written again, a seal gives its own bytes: nothing in it was passed over.
            return JsonSerializer.Deserialize(payload, PipelineJson.Default.LedgerSeal) is { } seal && Write(seal).AsSpan().SequenceEqual(payload) ? seal : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[] Write(LedgerSeal seal) => JsonSerializer.SerializeToUtf8Bytes(seal, PipelineJson.Default.LedgerSeal);
}
