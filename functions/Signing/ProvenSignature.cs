using Serverless.Releases;

namespace Serverless.Signing;

/// <summary>Signatures that are opened with the public key, here and without the custodian, before anybody gets them.</summary>
internal static class ProvenSignature
{
    /// <summary><see cref="ISigningKey.SignAsync"/>, opened as the plugin opens it.</summary>
    /// <exception cref="CustodianException">The custodian failed, or its signature does not open with its own public key.</exception>
    public static async Task<byte[]> SignProvenAsync(this ISigningKey key, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        var signature = await key.SignAsync(payload, cancellation);
        return key.PublicKey.Verifies(signature, payload.Span) ? signature : throw Unproven(key);
    }

    /// <summary><see cref="ISigningKey.SignDigestAsync"/>, verified by the platform's RSA.</summary>
    /// <exception cref="CustodianException">The custodian failed, or its signature does not verify with its own public key.</exception>
    public static async Task<byte[]> SignDigestProvenAsync(this ISigningKey key, Sha256Digest digest, CancellationToken cancellation)
    {
        var signature = await key.SignDigestAsync(digest, cancellation);
        return key.PublicKey.VerifiesDigest(signature, digest) ? signature : throw Unproven(key);
    }

    private static CustodianException Unproven(ISigningKey key) =>
        new($"The custodian's signature does not open with the public key {key.PublicKey.KeyId}; nothing is published with it.");
}
