using System.Threading.RateLimiting;
using Serverless.Releases;

namespace Serverless.Signing;

/// <summary>
/// Lets signatures through at the pace that the custodian bears. What comes faster waits in its order, however much it is: a large intake
/// becomes slower instead of being refused.
/// </summary>
internal sealed class RateLimitedCustodian(ICustodian custodian, RateLimiter pace) : ICustodian, IDisposable
{
    /// <param name="custodian">Disposed by whoever made it.</param>
    /// <param name="signaturesPerSecond">Over all keys, and never more in any second: as many may come at once, and then none for a while.</param>
    public RateLimitedCustodian(ICustodian custodian, int signaturesPerSecond)
        : this(custodian, NewPace(signaturesPerSecond))
    {
    }

    public async ValueTask<IReadOnlyList<ISigningKey>> GetKeysAsync(CancellationToken cancellation) =>
        [.. (await custodian.GetKeysAsync(cancellation)).Select(key => new RateLimitedKey(key, pace))];

    public void Dispose() => pace.Dispose();

    // A bucket that is refilled would let twice the limit through in the second after a pause. Here a turn that was taken comes back after
    // the window less one segment; the window is longer than a second by two, so that it stays above a second when a timer is late.
    private static SlidingWindowRateLimiter NewPace(int signaturesPerSecond) => new(new SlidingWindowRateLimiterOptions
    {
        PermitLimit = signaturesPerSecond,
        Window = TimeSpan.FromSeconds(1.2),
        SegmentsPerWindow = 12,
        QueueLimit = int.MaxValue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    private sealed class RateLimitedKey(ISigningKey key, RateLimiter pace) : ISigningKey
    {
        public SigningPublicKey PublicKey => key.PublicKey;

        public async Task<byte[]> SignAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellation)
        {
            using var turn = await TakeTurnAsync(cancellation);
            return await key.SignAsync(payload, cancellation);
        }

        public async Task<byte[]> SignDigestAsync(Sha256Digest digest, CancellationToken cancellation)
        {
            using var turn = await TakeTurnAsync(cancellation);
            return await key.SignDigestAsync(digest, cancellation);
        }

        private async Task<RateLimitLease> TakeTurnAsync(CancellationToken cancellation)
        {
            var turn = await pace.AcquireAsync(permitCount: 1, cancellation);
            return turn.IsAcquired ? turn : throw new CustodianException("The server stops, and signs nothing that still waits for Signing:SignaturesPerSecond.");
        }
    }
}
