using System.Collections.Concurrent;

namespace Serverless.Signing;

/// <summary>The public halves of the custodian's keys. Once known they stay known: what is signed is proven without asking the custodian again.</summary>
internal sealed class PublicKeys(ICustodian custodian)
{
    private readonly ConcurrentDictionary<string, SigningPublicKey> _known = new(StringComparer.Ordinal);

    /// <returns>Null when the custodian has no such key.</returns>
    /// <exception cref="CustodianException">The custodian had to be asked and did not answer.</exception>
    public async ValueTask<SigningPublicKey?> FindAsync(string keyId, CancellationToken cancellation)
    {
        if (!_known.ContainsKey(keyId))
        {
            foreach (var key in await custodian.GetKeysAsync(cancellation))
            {
                _known[key.PublicKey.KeyId] = key.PublicKey;
            }
        }

        return _known.GetValueOrDefault(keyId);
    }
}
