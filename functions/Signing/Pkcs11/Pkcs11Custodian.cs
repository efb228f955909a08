using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Serverless.Signing.Pkcs11;

/// <summary>Keys in an HSM that speaks PKCS#11. They are found at first use, and again after a failure; no PIN is tried twice.</summary>
internal sealed class Pkcs11Custodian : ICustodian, IDisposable
{
    private readonly Pkcs11Sessions _sessions;
    private IReadOnlyList<ISigningKey>? _keys;

    public Pkcs11Custodian(IOptions<Pkcs11Options> options, TimeProvider time, ILogger<Pkcs11Custodian> logger) =>
        _sessions = new Pkcs11Sessions(new Pkcs11Token(options.Value).Open, options.Value, time, logger);

    public async ValueTask<IReadOnlyList<ISigningKey>> GetKeysAsync(CancellationToken cancellation) =>
        _keys ??= [.. (await _sessions.UseAsync(session => session.PublicKeys, cancellation)).Select(key => new Pkcs11SigningKey(key, _sessions))];

    public void Dispose() => _sessions.Dispose();
}
