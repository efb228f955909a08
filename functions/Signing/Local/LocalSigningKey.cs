using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Encodings;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Security;

namespace Serverless.Signing.Local;

/// <summary>
/// An RSA key in this process's memory. The platform's <see cref="RSA"/> offers no signature without DigestInfo, so the private
/// operation is BouncyCastle's, which blinds it against timing.
/// </summary>
internal sealed class LocalSigningKey(RSA rsa) : ISigningKey, IDisposable
{
    private readonly Org.BouncyCastle.Crypto.AsymmetricKeyParameter _privateKey = DotNetUtilities.GetRsaKeyPair(rsa).Private;

    public SigningPublicKey PublicKey { get; } = SigningPublicKey.From(rsa);

    public Task<byte[]> SignAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        SignatureBlock.RequireFits(payload);

        var block = new Pkcs1Encoding(new RsaBlindedEngine());
        block.Init(forEncryption: true, _privateKey);
        return Task.FromResult(block.ProcessBlock(payload.ToArray(), 0, payload.Length));
    }

    public void Dispose() => rsa.Dispose();
}
