using Microsoft.Extensions.Logging;
using Serverless.Releases;

namespace Serverless.Signing;

/// <summary>Counts and logs every signature that is made, by key and purpose, so that it can be held against the ledger and the custodian's own log.</summary>
internal sealed partial class AccountedCustodian(ICustodian custodian, Telemetry telemetry, ILogger<AccountedCustodian> logger) : ICustodian, IDisposable
{
    public async ValueTask<IReadOnlyList<ISigningKey>> GetKeysAsync(CancellationToken cancellation) =>
        [.. (await custodian.GetKeysAsync(cancellation)).Select(key => new AccountedKey(key, SignaturePurpose.Other, this))];

    public void Dispose() => (custodian as RateLimitedCustodian)?.Dispose();

    private void Account(string keyId, string purpose)
    {
        telemetry.SignatureMade(keyId, purpose);

        // A release has as many of these as files, and health asks every few minutes.
        var level = purpose is SignaturePurpose.File or SignaturePurpose.Probe ? LogLevel.Debug : LogLevel.Information;
        LogSigned(level, keyId, purpose);
    }

    [LoggerMessage("Key {KeyId} signed: {Purpose}.")]
    private partial void LogSigned(LogLevel level, string keyId, string purpose);

    private sealed class AccountedKey(ISigningKey key, string purpose, AccountedCustodian account) : ISigningKey
    {
        public SigningPublicKey PublicKey => key.PublicKey;

        public ISigningKey For(string purpose) => new AccountedKey(key, purpose, account);

        public async Task<byte[]> SignAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellation) =>
            Accounted(await key.SignAsync(payload, cancellation));

        public async Task<byte[]> SignDigestAsync(Sha256Digest digest, CancellationToken cancellation) =>
            Accounted(await key.SignDigestAsync(digest, cancellation));

        private byte[] Accounted(byte[] signature)
        {
            account.Account(PublicKey.KeyId, purpose);
            return signature;
        }
    }
}
