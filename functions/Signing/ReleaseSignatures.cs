using System.Diagnostics.CodeAnalysis;
using Serverless.Releases;

namespace Serverless.Signing;

/// <summary>Makes and checks the signatures of a <see cref="SignedForm"/>, in the encodings that plugin generations read.</summary>
internal static class ReleaseSignatures
{
    /// <summary>Signs, and opens every signature with the public key before it is handed on.</summary>
    /// <exception cref="CustodianException">The custodian failed, or its signature does not open with its own public key.</exception>
    public static async Task<SignedForm> SignAsync(KeyCipher keyed, Sha256Digest zip, Bundles.BundleDigests ciphertext, CancellationToken cancellation)
    {
        var (key, cipher) = keyed;
        var checksums = key.For(SignaturePurpose.Checksum);
        var sessionKey = await key.For(SignaturePurpose.SessionKey).SignProvenAsync(cipher.Key, cancellation);
        return new SignedForm
        {
            KeyId = key.PublicKey.KeyId,
            SessionKey = $"{Convert.ToBase64String(cipher.InitializationVector)}:{Convert.ToBase64String(sessionKey)}",
            Checksum = Convert.ToHexStringLower(await checksums.SignProvenAsync(zip.ToBytes(), cancellation)),
            LegacyChecksum = Convert.ToBase64String(await checksums.SignProvenAsync(LegacyPayload(zip), cancellation)),
            CiphertextSha256 = ciphertext.Sha256,
            CiphertextSize = ciphertext.Size,
        };
    }

    /// <summary>True when both checksums open, with this key, to the digest, and the session key opens to an AES key.</summary>
    public static bool Verify(SignedForm form, Sha256Digest zip, SigningPublicKey key) =>
        Verify(form.Checksum, zip, key)
        && TryDecodeBase64(form.LegacyChecksum, out var legacy) && key.Verifies(legacy, LegacyPayload(zip))
        && TryOpenCipher(form, key, out _);

    /// <summary>True when a signature in hexadecimal opens, with this key, to the digest.</summary>
    public static bool Verify(string signature, Sha256Digest digest, SigningPublicKey key) =>
        TryDecodeHex(signature, out var decoded) && key.Verifies(decoded, digest.ToBytes());

    /// <summary>Opens the session key, as a device does.</summary>
    /// <returns>False when it does not open, with this key, to an AES key and vector.</returns>
    public static bool TryOpenCipher(SignedForm form, SigningPublicKey key, [NotNullWhen(true)] out BundleCipher? cipher) =>
        TryOpenCipher(form.SessionKey, key, out cipher);

    /// <summary>Opens a session key as it is sent.</summary>
    public static bool TryOpenCipher(string sent, SigningPublicKey key, [NotNullWhen(true)] out BundleCipher? cipher)
    {
        cipher = sent.Split(':') is [var iv, var sessionKey]
            && TryDecodeBase64(iv, out var vector) && vector.Length == BundleCipher.BlockBytes
            && TryDecodeBase64(sessionKey, out var signature) && key.TryOpen(signature, out var aesKey) && aesKey.Length == BundleCipher.BlockBytes
            ? new BundleCipher(aesKey, vector)
            : null;
        return cipher is not null;
    }

    // Old tools base64-decoded the hex text by mistake, and old plugins undo exactly that.
    private static byte[] LegacyPayload(Sha256Digest zip) => Convert.FromBase64String(zip.Hex);

    private static bool TryDecodeHex(string text, out byte[] bytes)
    {
        bytes = new byte[text.Length / 2];
        return text.Length % 2 == 0 && Convert.FromHexString(text, bytes, out _, out _) is System.Buffers.OperationStatus.Done;
    }

    private static bool TryDecodeBase64(string text, out byte[] bytes)
    {
        var decoded = new byte[text.Length];
        var valid = Convert.TryFromBase64String(text, decoded, out var length);
        bytes = decoded[..length];
        return valid;
    }
}
