namespace Serverless.Signing.Pkcs11;

/// <summary>A private key inside a token. RS256 is the raw signature over the DigestInfo: only the digest is known here, so the token cannot hash.</summary>
internal sealed class Pkcs11SigningKey(SigningPublicKey publicKey, Pkcs11Sessions sessions) : ISigningKey
{
    public SigningPublicKey PublicKey => publicKey;

    public Task<byte[]> SignAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        SignatureBlock.RequireFits(payload);

        // A copy: a call that outlives its timeout must not read a buffer that has been given back.
        var bytes = payload.ToArray();
        return sessions.UseAsync(session => session.Sign(publicKey.KeyId, bytes), cancellation);
    }
}
