using Azure.Security.KeyVault.Keys.Cryptography;
using Serverless.Releases;

namespace Serverless.Signing.KeyVault;

/// <summary>One key version in the vault.</summary>
internal sealed class KeyVaultSigningKey(SigningPublicKey publicKey, CryptographyClient client, KeyVaultCalls calls) : ISigningKey
{
    /// <summary>PKCS#1 padding over the caller's bytes, without DigestInfo; the SDK has no name for it.</summary>
    private static readonly SignatureAlgorithm Raw = new("RSNULL");

    public SigningPublicKey PublicKey => publicKey;

    public Task<byte[]> SignAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        SignatureBlock.RequireFits(payload);
        return SignAsync(Raw, payload.ToArray(), cancellation);
    }

    /// <summary>By the vault's own RS256, which every vault has.</summary>
    public Task<byte[]> SignDigestAsync(Sha256Digest digest, CancellationToken cancellation) =>
        SignAsync(SignatureAlgorithm.RS256, digest.ToBytes(), cancellation);

    private Task<byte[]> SignAsync(SignatureAlgorithm algorithm, byte[] value, CancellationToken cancellation) => calls.RunAsync(
        async token => (await client.SignAsync(algorithm, value, token)).Signature,
        cancellation);
}
