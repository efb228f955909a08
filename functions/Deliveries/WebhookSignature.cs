using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Serverless.Deliveries;

/// <summary>Signs webhooks as the specification Standard Webhooks says: HMAC-SHA256 over id, time and body.</summary>
internal static class WebhookSignature
{
    private const string SecretPrefix = "whsec_";
    private const int MinSecretBytes = 24;
    private const int MaxSecretBytes = 64;

    /// <returns>Null when the text is no secret.</returns>
    public static byte[]? ReadSecret(string text)
    {
        if (!text.StartsWith(SecretPrefix, StringComparison.Ordinal))
        {
            return null;
        }

        var buffer = new byte[MaxSecretBytes + 3];
        return Convert.TryFromBase64String(text[SecretPrefix.Length..], buffer, out var length) && length is >= MinSecretBytes and <= MaxSecretBytes ? buffer[..length] : null;
    }

    /// <param name="secrets">One signature is made with each.</param>
    /// <param name="id">Of the message.</param>
    /// <param name="timestamp">Of the attempt, in seconds since 1970.</param>
    /// <param name="body">The very bytes that are sent.</param>
    /// <returns>The header's value.</returns>
    public static string Sign(IEnumerable<byte[]> secrets, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.")), .. body];
        return string.Join(' ', secrets.Select(secret => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(secret, signed))}"));
    }
}
