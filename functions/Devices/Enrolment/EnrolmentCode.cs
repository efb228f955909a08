using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Serverless.Devices.Enrolment;

/// <summary>A code that one device may enrol a key with, once. It is <c>ec_</c> and 160 random bits in base64url; stored is its hash.</summary>
/// <param name="Hash">SHA-256 of the code, in hexadecimal digits.</param>
/// <param name="ExpiresAt">From then on it is good for nothing.</param>
/// <param name="Device">Who may use it; null for any device that has no key.</param>
internal sealed record EnrolmentCode(string Hash, DateTimeOffset ExpiresAt, DevicePseudonym? Device = null)
{
    /// <summary>Characters; a longer text is none.</summary>
    public const int MaxLength = 64;

    private const string Prefix = "ec_";
    private const int SecretBytes = 20;

    /// <returns>The code to be handed out, and what is kept of it.</returns>
    public static (string Text, EnrolmentCode Code) Issue(DateTimeOffset expiresAt, DevicePseudonym? device)
    {
        var text = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        return (text, new EnrolmentCode(HashOf(text), expiresAt, device));
    }

    public static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
