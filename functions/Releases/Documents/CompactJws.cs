using System.Buffers.Text;
using System.Text;
using Serverless.Signing;

namespace Serverless.Releases.Documents;

/// <summary>
/// JSON Web Signatures in their compact form (RFC 7515 §3.1): header, payload and signature in base64url, with dots between. There is one
/// header a key, byte for byte, so no header can choose another algorithm; and one text a signed payload, so no changed byte passes.
/// </summary>
internal static class CompactJws
{
    private const byte Dot = (byte)'.';

    /// <returns>ASCII.</returns>
    /// <exception cref="CustodianException">The custodian failed, or its signature does not verify with its own public key.</exception>
    public static async Task<byte[]> SignAsync(ReadOnlyMemory<byte> payload, ISigningKey key, CancellationToken cancellation)
    {
        byte[] signed = [.. EncodedHeader(key.PublicKey), Dot, .. Base64Url.EncodeToUtf8(payload.Span)];
        var signature = await key.For(SignaturePurpose.Document).SignDigestProvenAsync(Sha256Digest.Of(signed), cancellation);
        return [.. signed, Dot, .. Base64Url.EncodeToUtf8(signature)];
    }

    /// <returns>The payload, or null when this is not what <see cref="SignAsync"/> makes of it with this key.</returns>
    public static byte[]? Open(ReadOnlySpan<byte> jws, SigningPublicKey key)
    {
        var (headerEnd, payloadEnd) = (jws.IndexOf(Dot), jws.LastIndexOf(Dot));
        if (headerEnd < 0 || headerEnd == payloadEnd || !jws[..headerEnd].SequenceEqual(EncodedHeader(key)))
        {
            return null;
        }

        return Decode(jws[(headerEnd + 1)..payloadEnd]) is { } payload
            && Decode(jws[(payloadEnd + 1)..]) is { Length: SignatureBlock.Length } signature
            && key.VerifiesDigest(signature, Sha256Digest.Of(jws[..payloadEnd]))
            ? payload
            : null;
    }

    // Base64, which a key id is, needs no escapes in JSON.
    private static byte[] EncodedHeader(SigningPublicKey key) =>
        Base64Url.EncodeToUtf8(Encoding.ASCII.GetBytes($$"""{"alg":"RS256","typ":"release+jws","kid":"{{key.KeyId}}"}"""));

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
