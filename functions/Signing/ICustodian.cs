using Serverless.Releases;

namespace Serverless.Signing;

/// <summary>Who holds the signing keys: a local file in development, a vault or an HSM in production. Nothing else in the product knows which.</summary>
internal interface ICustodian
{
    /// <summary>The keys it holds, in a stable order; never empty. Which of them sign for an app is <see cref="Keys.KeyRing"/>'s to say.</summary>
    /// <exception cref="CustodianException">The keys cannot be reached or are of the wrong kind; nothing was published.</exception>
    ValueTask<IReadOnlyList<ISigningKey>> GetKeysAsync(CancellationToken cancellation);
}

/// <summary>One signing key version, usable but never readable.</summary>
internal interface ISigningKey
{
    SigningPublicKey PublicKey { get; }

    /// <summary>The same key for signatures of one <see cref="SignaturePurpose"/>, as they are counted and logged.</summary>
    ISigningKey For(string purpose) => this;

    /// <summary>Signs the bytes as they are: a type-1 block without DigestInfo. Deterministic.</summary>
    /// <param name="payload">1 to <see cref="SignatureBlock.MaxPayload"/> bytes.</param>
    /// <param name="cancellation">Gives up waiting for the custodian.</param>
    /// <returns>256 bytes.</returns>
    /// <exception cref="CustodianException">The custodian could not or would not sign; trying again later may work.</exception>
    Task<byte[]> SignAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellation);

    /// <summary>
    /// Signs what has this digest with RS256 (RFC 7518 §3.3). That is the raw signature over the digest in its DigestInfo; a custodian that
    /// refuses raw signatures may still have this one of its own.
    /// </summary>
    /// <param name="digest">Of the signed content.</param>
    /// <param name="cancellation">Gives up waiting for the custodian.</param>
    /// <returns>256 bytes.</returns>
    /// <exception cref="CustodianException">The custodian could not or would not sign; trying again later may work.</exception>
    Task<byte[]> SignDigestAsync(Sha256Digest digest, CancellationToken cancellation) => SignAsync(SignatureBlock.DigestInfo(digest), cancellation);
}

/// <summary>A custodian failed. The message is one sentence that names the setting to look at and never contains key material.</summary>
internal sealed class CustodianException(string message, Exception? inner = null) : Exception(message, inner);
