using Serverless.Signing;

namespace Serverless.Keys;

/// <summary>A key id as addresses and table keys can carry it: base64url instead of base64 (RFC 4648 §5).</summary>
internal static class KeyName
{
    public static string Of(string keyId) => keyId.Replace('+', '-').Replace('/', '_');

    /// <summary>Reads either spelling.</summary>
    public static bool TryParse(string name, out string keyId)
    {
        keyId = name.Replace('-', '+').Replace('_', '/');
        return keyId.Length == SigningPublicKey.KeyIdLength && keyId.All(character => char.IsAsciiLetterOrDigit(character) || character is '+' or '/');
    }
}
