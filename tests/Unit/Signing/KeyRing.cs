using Serverless.Signing;

namespace Serverless.Tests.Unit.Signing;

/// <summary>A custodian of real keys; without any, one that is out of reach. Counts how often it was asked.</summary>
internal sealed class KeyRing(params ISigningKey[] keys) : ICustodian
{
    public ISigningKey[] Keys { get; set; } = keys;

    public int Asked { get; private set; }

    public ValueTask<IReadOnlyList<ISigningKey>> GetKeysAsync(CancellationToken cancellation)
    {
        Asked++;
        return Keys.Length > 0 ? new(Keys) : throw new CustodianException("The vault is out of reach.");
    }
}
