using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using Serverless.Releases;

namespace Serverless.Access.Tokens;

/// <summary>
/// What the holder of an API token has: <c>sot_</c> and base64url of 32 random bytes and the CRC-32 of those. The prefix is for scanners that look
/// for leaked secrets, the checksum for telling what was copied badly without looking for it.
/// </summary>
internal static class TokenText
{
    public const string Prefix = "sot_";

    private const int SecretBytes = 32;
    private const int Bytes = SecretBytes + sizeof(uint);

    public static string New()
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        RandomNumberGenerator.Fill(bytes[..SecretBytes]);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[SecretBytes..], Crc32.HashToUInt32(bytes[..SecretBytes]));
        return Prefix + Base64Url.EncodeToString(bytes);
    }

    public static bool IsWellFormed(string text)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        return text.Length == Prefix.Length + Base64Url.GetEncodedLength(Bytes)
            && text.StartsWith(Prefix, StringComparison.Ordinal)
            && Base64Url.DecodeFromChars(text.AsSpan(Prefix.Length), bytes, out _, out var written) is OperationStatus.Done && written == Bytes
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes[SecretBytes..]) == Crc32.HashToUInt32(bytes[..SecretBytes]);
    }

    /// <summary>All that is kept of it. The secret is as random as the digest is long, so nothing slower is needed.</summary>
    public static Sha256Digest Hash(string text) => Sha256Digest.Of(Encoding.UTF8.GetBytes(text));
}
