using System.Threading.RateLimiting;

namespace Serverless.Limits;

/// <summary>
/// So much in a period for each key. Keys share a fixed number of allowances, because a stranger may come under any number of them; they must be
/// hashes that he cannot choose, or he would use up the allowance of his choice.
/// </summary>
internal sealed class Allowances : IDisposable
{
    private const uint Places = 16_384;

    private readonly PartitionedRateLimiter<uint> _places;
    private readonly int _size;

    private Allowances(int size, Func<uint, RateLimitPartition<uint>> allowance)
    {
        _size = size;
        _places = PartitionedRateLimiter.Create<uint, uint>(key => allowance(key % Places));
    }

    /// <summary>All of it can be had at once, and then it comes back steadily, so that nobody has to wait long.</summary>
    public static Allowances Flowing(int size, TimeSpan period) => new(size, place => RateLimitPartition.GetTokenBucketLimiter(
        place, _ => new TokenBucketRateLimiterOptions { TokenLimit = size, TokensPerPeriod = 1, ReplenishmentPeriod = period / size, QueueLimit = 0 }));

    /// <summary>It comes back all at once when the period is over. So there is never a part of one, and it can be asked whether anything is left.</summary>
    public static Allowances ByWindow(int size, TimeSpan period) => new(size, place => RateLimitPartition.GetFixedWindowLimiter(
        place, _ => new FixedWindowRateLimiterOptions { PermitLimit = size, Window = period, QueueLimit = 0 }));

    /// <summary>Takes so many, or none. What is more than the whole allowance is had for all of it; nothing is had while anything is left.</summary>
    /// <returns>Null when they were taken; otherwise how long it is until there are enough.</returns>
    public TimeSpan? Take(uint key, int count = 1)
    {
        using var lease = _places.AttemptAcquire(key, Math.Min(count, _size));
        return lease.IsAcquired ? null : lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.Zero;
    }

    public void Dispose() => _places.Dispose();
}
