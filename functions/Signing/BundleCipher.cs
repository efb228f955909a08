using System.Security.Cryptography;
using System.Text;
using Serverless.Apps;
using Serverless.Devices;
using Serverless.Releases;

namespace Serverless.Signing;

/// <summary>
/// The key and initialization vector of one encrypted zip: AES-128-CBC with PKCS#7 padding over the whole file. Derived (HKDF-SHA-256) from the
/// pepper and from all that the zip is, so that an intake that is run again makes the same bytes instead of a second copy.
/// </summary>
internal sealed record BundleCipher(byte[] Key, byte[] InitializationVector)
{
    /// <summary>Of AES-128: the length of key and vector.</summary>
    public const int BlockBytes = 16;

    public static BundleCipher For(AppId app, BundleVersion version, Sha256Digest zip, string keyId, Pepper pepper)
    {
        var purpose = Encoding.UTF8.GetBytes($"bundle-cipher\n{app}\n{version}\n{keyId}");
        Span<byte> derived = stackalloc byte[BlockBytes * 2];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, pepper.Secret, derived, salt: zip.ToBytes(), purpose);
        return new BundleCipher(derived[..BlockBytes].ToArray(), derived[BlockBytes..].ToArray());
    }

    public async Task EncryptAsync(Stream plain, Stream encrypted, CancellationToken cancellation)
    {
        using var aes = Aes.Create();
        using var transform = aes.CreateEncryptor(Key, InitializationVector);
        await using var target = new CryptoStream(encrypted, transform, CryptoStreamMode.Write, leaveOpen: true);
        await plain.CopyToAsync(target, cancellation);
    }

    /// <summary>The plain content, decrypted while it is read; reading fails at the end when it was not encrypted by this cipher.</summary>
    public Stream Decrypt(Stream encrypted)
    {
        using var aes = Aes.Create();
        return new CryptoStream(encrypted, aes.CreateDecryptor(Key, InitializationVector), CryptoStreamMode.Read);
    }
}
