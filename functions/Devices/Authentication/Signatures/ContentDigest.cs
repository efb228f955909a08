using System.Security.Cryptography;

namespace Serverless.Devices.Authentication.Signatures;

/// <summary>The header <c>Content-Digest</c> (RFC 9530), of which SHA-256 is read. Other algorithms beside it are left alone.</summary>
internal static class ContentDigest
{
    public const string Header = "content-digest";

    private const string Algorithm = "sha-256";

    /// <param name="header">As it came.</param>
    /// <param name="content">The body, as it came.</param>
    public static bool IsOf(string? header, ReadOnlySpan<byte> content) =>
        StructuredDictionary.Parse(header)?.FirstOrDefault(member => member.Key == Algorithm)?.Value?.Bytes is { } told
        && CryptographicOperations.FixedTimeEquals(told, SHA256.HashData(content));
}
