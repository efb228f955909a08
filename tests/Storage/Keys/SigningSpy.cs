using System.Collections.Concurrent;
using Serverless.Signing;

namespace Serverless.Tests.Storage.Keys;

/// <summary>Counts what the keys of a custodian sign.</summary>
internal sealed class SigningSpy(ICustodian inner) : ICustodian
{
    private readonly ConcurrentQueue<string> _signed = new();

    /// <summary>How often a key has signed something of 32 bytes: the digests of files, and one of each zip.</summary>
    public int Digests(string keyId) => _signed.Count(signed => signed == keyId);

    public async ValueTask<IReadOnlyList<ISigningKey>> GetKeysAsync(CancellationToken cancellation) =>
        [.. (await inner.GetKeysAsync(cancellation)).Select(key => new Key(key, _signed))];

    private sealed class Key(ISigningKey inner, ConcurrentQueue<string> signed) : ISigningKey
    {
        public SigningPublicKey PublicKey => inner.PublicKey;

        public Task<byte[]> SignAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellation)
        {
            if (payload.Length == 32)
            {
                signed.Enqueue(PublicKey.KeyId);
            }

            return inner.SignAsync(payload, cancellation);
        }
    }
}
