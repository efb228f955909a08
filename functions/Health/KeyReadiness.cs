using Serverless.Keys;
using Serverless.Releases;
using Serverless.Signing;

namespace Serverless.Health;

/// <summary>
/// Whether any public key is known. The custodian is asked only while there is none: an instance that has lost it goes on serving devices, and
/// <see cref="SigningHealthFunction"/> tells of that.
/// </summary>
internal sealed class KeyReadiness(ReleaseCatalog catalog, KeyRing ring) : IReadinessCheck
{
    public string Name => "keys";

    public async Task<string?> FindFaultAsync(CancellationToken cancellation)
    {
        if (!(await catalog.ListKeysAsync(app: null, cancellation)).IsEmpty)
        {
            return null;
        }

        try
        {
            return (await ring.IntroduceAsync(cancellation)).Count > 0 ? null : "The custodian holds no key.";
        }
        catch (CustodianException)
        {
            return "No public key is known yet, and the custodian does not tell any.";
        }
    }
}
