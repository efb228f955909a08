using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Serverless.Devices.Authentication;

/// <summary>
/// A secret of an app, as the server remembers it. The secret itself is <c>ak_</c> and 256 random bits in base64url; that many need no slow hash.
/// </summary>
/// <param name="Id">For people to tell keys apart: the first eight digits of the hash.</param>
/// <param name="Hash">SHA-256 of the secret, in hexadecimal digits.</param>
/// <param name="IssuedAt">When.</param>
internal sealed record AppKey(string Id, string Hash, DateTimeOffset IssuedAt)
{
    private const string Prefix = "ak_";
    private const int SecretBytes = 32;
    private const int MaxLength = 128;
    private const int IdLength = 8;

    /// <returns>The key, and the secret, which nobody can tell afterwards.</returns>
    public static (AppKey Key, string Secret) Issue(DateTimeOffset at)
    {
        var secret = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
        return (new AppKey(hash[..IdLength], hash, at), secret);
    }

    /// <summary>Takes as long for a wrong secret as for the right one.</summary>
    /// <param name="keys">The app's.</param>
    /// <param name="secret">As it was presented.</param>
    public static bool AnyIs(ImmutableArray<AppKey> keys, string secret)
    {
        if (secret.Length > MaxLength)
        {
            return false;
        }

        Span<byte> presented = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(secret), presented);
        var found = false;
        foreach (var key in keys)
        {
            found |= CryptographicOperations.FixedTimeEquals(presented, Convert.FromHexString(key.Hash));
        }

        return found;
    }
}
