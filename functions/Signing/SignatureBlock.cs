using System.Diagnostics.CodeAnalysis;
using Serverless.Releases;

namespace Serverless.Signing;

/// <summary>
/// The EMSA-PKCS1-v1_5 type-1 block (RFC 8017 §9.2, without its DigestInfo): <c>00 01 FF…FF 00 payload</c>. The plugin signs raw bytes
/// this way; an RS256 signature, which wraps a digest in ASN.1 first, never verifies on a device.
/// </summary>
internal static class SignatureBlock
{
    /// <summary>Bytes in a block and in a signature: the modulus of RSA-2048.</summary>
    public const int Length = 256;

    /// <summary>The longest payload a block carries: eleven bytes are padding.</summary>
    public const int MaxPayload = Length - 11;

    private const int MinPadding = 8;

    /// <summary>SHA-256 as an AlgorithmIdentifier, and the head of the OCTET STRING that the digest is (RFC 8017 §9.2, note 1).</summary>
    private static ReadOnlySpan<byte> Sha256Info =>
        [0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];

    /// <summary>The payload that makes a signature RS256: 51 bytes of DER.</summary>
    public static byte[] DigestInfo(Sha256Digest digest) => [.. Sha256Info, .. digest.ToBytes()];

    /// <exception cref="ArgumentOutOfRangeException">The payload does not fit a block.</exception>
    public static void RequireFits(ReadOnlyMemory<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfZero(payload.Length, nameof(payload));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, MaxPayload, nameof(payload));
    }

    /// <returns>False unless the block is type 1 with at least eight bytes of padding and a non-empty payload.</returns>
    public static bool TryUnpad(ReadOnlySpan<byte> block, [NotNullWhen(true)] out byte[]? payload)
    {
        payload = null;
        if (block.Length != Length || block[0] != 0 || block[1] != 1)
        {
            return false;
        }

        var padding = block[2..].IndexOfAnyExcept((byte)0xFF);
        if (padding < MinPadding || block[2 + padding] != 0)
        {
            return false;
        }

        payload = block[(2 + padding + 1)..].ToArray();
        return payload.Length > 0;
    }
}
