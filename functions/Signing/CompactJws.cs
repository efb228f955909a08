using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Serverless.Releases;

namespace Serverless.Signing;

/// <summary>
/// A JSON Web Signature in its compact form (RFC 7515 §3.1): header, payload and signature in base64url, with dots between. There is one
/// header a type and key, byte for byte, so no header can choose another algorithm; and one text a signed payload, so no changed byte passes.
/// </summary>
internal sealed class CompactJws
{
    private const byte Dot = (byte)'.';

    private static readonly SearchValues<byte> Base64 = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8);

    private readonly Sha256Digest _signed;
    private readonly byte[] _signature;

    private CompactJws(string keyId, byte[] payload, Sha256Digest signed, byte[] signature) =>
        (KeyId, Payload, _signed, _signature) = (keyId, payload, signed, signature);

    /// <summary>Of the key that is said to have signed.</summary>
    public string KeyId { get; }

    /// <summary>What it says, whoever signed it.</summary>
    public byte[] Payload { get; }

    private static ReadOnlySpan<byte> HeaderEnd => "\"}"u8;

    /// <param name="type">What kind of payload it is: the header's <c>typ</c>, which no other kind has.</param>
    /// <param name="payload">The bytes to sign.</param>
    /// <param name="key">For the purpose it is counted under.</param>
    /// <param name="cancellation">Gives up waiting for the custodian.</param>
    /// <returns>ASCII.</returns>
    /// <exception cref="CustodianException">The custodian failed, or its signature does not verify with its own public key.</exception>
    public static async Task<byte[]> SignAsync(string type, ReadOnlyMemory<byte> payload, ISigningKey key, CancellationToken cancellation)
    {
        byte[] signed = [.. Base64Url.EncodeToUtf8(Header(type, key.PublicKey.KeyId)), Dot, .. Base64Url.EncodeToUtf8(payload.Span)];
        var signature = await key.SignDigestProvenAsync(Sha256Digest.Of(signed), cancellation);
        return [.. signed, Dot, .. Base64Url.EncodeToUtf8(signature)];
    }

    /// <returns>Null unless it is, byte for byte, what <see cref="SignAsync"/> would write but for the signature.</returns>
    public static CompactJws? Parse(string type, ReadOnlySpan<byte> jws)
    {
        var (headerEnd, payloadEnd) = (jws.IndexOf(Dot), jws.LastIndexOf(Dot));
        return headerEnd >= 0 && headerEnd < payloadEnd
            && Decode(jws[..headerEnd]) is { } header && ReadKeyId(type, header) is { } keyId
            && Decode(jws[(headerEnd + 1)..payloadEnd]) is { } payload
            && Decode(jws[(payloadEnd + 1)..]) is { Length: SignatureBlock.Length } signature
            ? new CompactJws(keyId, payload, Sha256Digest.Of(jws[..payloadEnd]), signature)
            : null;
    }

    public bool IsSignedBy(SigningPublicKey key) => key.KeyId == KeyId && key.VerifiesDigest(_signature, _signed);

    // Base64, which a key id is, needs no escapes in JSON.
    private static byte[] Header(string type, string keyId) => [.. HeaderStart(type), .. Encoding.ASCII.GetBytes(keyId), .. HeaderEnd];

    private static byte[] HeaderStart(string type) => Encoding.ASCII.GetBytes($"{{\"alg\":\"RS256\",\"typ\":\"{type}\",\"kid\":\"");

    private static string? ReadKeyId(string type, ReadOnlySpan<byte> header)
    {
        var start = HeaderStart(type);
        if (header.Length != start.Length + SigningPublicKey.KeyIdLength + HeaderEnd.Length || !header.StartsWith(start) || !header.EndsWith(HeaderEnd))
        {
            return null;
        }

        // With quotes in it, a key id could bring members of its own.
        var keyId = header[start.Length..^HeaderEnd.Length];
        return keyId.ContainsAnyExcept(Base64) ? null : Encoding.ASCII.GetString(keyId);
    }

    /// <returns>Null unless it is exactly the text that encoding gives: decoders overlook padding, white space and spare bits.</returns>
    private static byte[]? Decode(ReadOnlySpan<byte> text)
    {
        if (!Base64Url.IsValid(text))
        {
            return null;
        }

        var decoded = Base64Url.DecodeFromUtf8(text);
        return text.SequenceEqual(Base64Url.EncodeToUtf8(decoded)) ? decoded : null;
    }
}
