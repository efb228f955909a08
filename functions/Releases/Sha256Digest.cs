using System.Security.Cryptography;

namespace Serverless.Releases;

/// <summary>A SHA-256 digest. Written as 64 lower-case hexadecimal digits everywhere: devices compare the text, not the number.</summary>
internal readonly record struct Sha256Digest
{
    private const int HexLength = SHA256.HashSizeInBytes * 2;

    private Sha256Digest(string hex) => Hex = hex;

    public string Hex { get; }

    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public static Sha256Digest FromBytes(ReadOnlySpan<byte> digest) => digest.Length == SHA256.HashSizeInBytes
        ? new Sha256Digest(Convert.ToHexStringLower(digest))
        : throw new ArgumentException("A SHA-256 digest has 32 bytes.", nameof(digest));

    public static Sha256Digest Of(ReadOnlySpan<byte> content) => FromBytes(SHA256.HashData(content));

    /// <summary>Accepts either case; the value is always lower case.</summary>
    public static bool TryParse(string? text, out Sha256Digest digest)
    {
        var valid = text is { Length: HexLength } && text.All(char.IsAsciiHexDigit);
        digest = valid ? new Sha256Digest(text!.ToLowerInvariant()) : default;
        return valid;
    }

    public byte[] ToBytes() => Convert.FromHexString(Hex);

    public override string ToString() => Hex;
}
