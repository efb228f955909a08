using Serverless.Signing;

namespace Serverless.Tests.Unit.Signing;

/// <summary>Shows one key and signs with another.</summary>
internal sealed class MixedUpKeyStub(SigningPublicKey shown, ISigningKey used) : ISigningKey
{
    public SigningPublicKey PublicKey => shown;

    public Task<byte[]> SignAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellation) => used.SignAsync(payload, cancellation);
}
