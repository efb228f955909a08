using System.Security.Cryptography;
using System.Text;

namespace Serverless.Notices;

/// <summary>Ids of notices: UUIDs as 32 lower-case hexadecimal digits, safe as table keys and in addresses.</summary>
internal static class NoticeId
{
    /// <summary>Sorts by time.</summary>
    public static string New(DateTimeOffset now) => Guid.CreateVersion7(now).ToString("N");

    /// <summary>The same for the same parts: a step that is told twice writes the same row.</summary>
    public static string Of(params ReadOnlySpan<string> parts)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts)), digest);

        // Version 8 of RFC 9562: a UUID made in a way of one's own.
        digest[6] = (byte)((digest[6] & 0x0F) | 0x80);
        digest[8] = (byte)((digest[8] & 0x3F) | 0x80);
        return Convert.ToHexStringLower(digest[..16]);
    }

    public static bool IsValid(string text) => text.Length == 32 && text.All(char.IsAsciiHexDigitLower);

    /// <summary>As feeds name it.</summary>
    public static string Urn(string id) => $"urn:uuid:{Guid.ParseExact(id, "N"):D}";
}
