using System.Security.Cryptography;

namespace Serverless.Device.Bundles;

/// <summary>The AES key of one bundle, as the server hands it out: <c>base64(iv):base64(signed key)</c>.</summary>
internal sealed record SessionKey(byte[] Iv, byte[] Key)
{
    private const int Bytes = 16;

    /// <summary>True for two non-empty parts around exactly one colon; what is in them shows only when they are opened.</summary>
    public static bool HasForm(string text) => text.Split(':') is [{ Length: > 0 }, { Length: > 0 }];

    /// <returns>Null where either part is not what it should be.</returns>
    public static SessionKey? Open(string text, RsaPublicKey publicKey)
    {
        var parts = text.Split(':');
        var iv = new byte[Bytes];
        var signed = new byte[RsaPublicKey.Size];
        return Convert.TryFromBase64String(parts[0], iv, out var ivLength) && ivLength == Bytes
            && Convert.TryFromBase64String(parts[1], signed, out var signedLength) && signedLength == RsaPublicKey.Size
            && publicKey.Recover(signed) is { Length: Bytes } key
                ? new SessionKey(iv, key)
                : null;
    }

    /// <summary>Opens a file that was encrypted with this key.</summary>
    /// <exception cref="CryptographicException">It was not, or there is nothing in it.</exception>
    public byte[] Decrypt(byte[] cipher)
    {
        using var aes = Aes.Create();
        aes.Key = Key;
        var plain = aes.DecryptCbc(cipher, Iv);
        return plain.Length > 0 ? plain : throw new CryptographicException("There is nothing in it.");
    }
}
