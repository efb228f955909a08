using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.RateLimiting;
using Serverless.Signing;
using Serverless.Signing.Local;
using Serverless.Tests.Support;
using Serverless.Tests.Unit.Releases;

namespace Serverless.Tests.Unit.Signing;

public sealed class RateLimitedCustodianTests : IDisposable
{
    private readonly LocalSigningKey _key = new(SigningPublicKeyTests.Import(SignatureVectors.PrivateKey));

    // A bucket for one, refilled by the test.
    private readonly TokenBucketRateLimiter _pace = new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = 1,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromMilliseconds(1),
        QueueLimit = int.MaxValue,
        AutoReplenishment = false,
    });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_comes_too_fast_waits_and_is_signed_in_its_turn()
    {
        using var custodian = new RateLimitedCustodian(new KeyRing(_key), _pace);
        var key = Assert.Single(await custodian.GetKeysAsync(Cancellation));

        var signing = Enumerable.Range(0, 3).Select(number => key.SignAsync(new byte[] { (byte)number, 1 }, Cancellation)).ToArray();

        Assert.Equal([true, false, false], signing.Select(signature => signature.IsCompleted));
        await RefillAsync();
        Assert.True(_key.PublicKey.Verifies(await signing[1], [1, 1]));
        Assert.False(signing[2].IsCompleted);
        await RefillAsync();
        Assert.True(_key.PublicKey.Verifies(await signing[2], [2, 1]));
    }

    [Fact]
    public async Task Both_forms_of_signature_take_their_turn()
    {
        using var custodian = new RateLimitedCustodian(new KeyRing(_key), _pace);
        var key = Assert.Single(await custodian.GetKeysAsync(Cancellation));

        var signature = await key.SignDigestProvenAsync(TestReleases.Digest("document"), Cancellation);
        var raw = key.SignAsync(new byte[] { 1 }, Cancellation);
        Assert.Equal((256, false), (signature.Length, raw.IsCompleted));
        await RefillAsync();
        await raw;

        Assert.False(key.SignDigestAsync(TestReleases.Digest("document"), Cancellation).IsCompleted);
    }

    [Fact]
    public async Task Whoever_gives_up_leaves_the_queue()
    {
        using var custodian = new RateLimitedCustodian(new KeyRing(_key), _pace);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var key = Assert.Single(await custodian.GetKeysAsync(Cancellation));
        var signing = Enumerable.Range(0, 2).Select(_ => key.SignAsync(new byte[] { 1 }, patience.Token)).ToArray();

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => signing[1]);
    }

    [Fact]
    public async Task Limit_holds_for_every_second_and_not_on_average()
    {
        const int limit = 100;
        var signedAt = new ConcurrentQueue<TimeSpan>();
        var clock = Stopwatch.StartNew();
        using var custodian = new RateLimitedCustodian(new KeyRing(new TimedKeyStub(_key.PublicKey, () => signedAt.Enqueue(clock.Elapsed))), limit);
        var key = Assert.Single(await custodian.GetKeysAsync(Cancellation));

        await Task.WhenAll(Enumerable.Range(0, 3 * limit).Select(_ => key.SignAsync(new byte[] { 1 }, Cancellation)));

        TimeSpan[] times = [.. signedAt];
        Assert.Equal(3 * limit, times.Length);
        Assert.All(times, start => Assert.InRange(times.Count(time => time >= start && time < start + TimeSpan.FromSeconds(1)), 1, limit));
    }

    public void Dispose()
    {
        _key.Dispose();
        _pace.Dispose();
    }

    private async Task RefillAsync()
    {
        var waiting = Waiting();
        await Eventually.True(
            () =>
            {
                // Adds nothing while the period since the last time lasts.
                _pace.TryReplenish();
                return Waiting() < waiting;
            },
            "A signature should have had its turn.");
    }

    private long Waiting() => _pace.GetStatistics()!.CurrentQueuedCount;

    private sealed class TimedKeyStub(SigningPublicKey publicKey, Action onSign) : ISigningKey
    {
        public SigningPublicKey PublicKey => publicKey;

        public Task<byte[]> SignAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellation)
        {
            onSign();
            return Task.FromResult(new byte[SignatureBlock.Length]);
        }
    }
}
