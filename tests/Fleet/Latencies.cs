namespace Serverless.Fleet;

/// <summary>Percentiles of times from a microsecond to an hour, in constant memory, to within one per cent. Safe for many threads.</summary>
internal sealed class Latencies
{
    private const double Growth = 1.01;

    private static readonly int Buckets = Bucket(TimeSpan.FromHours(1)) + 1;

    private readonly long[] _counts = new long[Buckets];

    public long Count => _counts.Sum();

    public void Record(TimeSpan elapsed) => Interlocked.Increment(ref _counts[Math.Min(Bucket(elapsed), Buckets - 1)]);

    /// <param name="share">0.5 for the median, 0.99 for the ninety-ninth percentile.</param>
    /// <returns>Zero when nothing was recorded.</returns>
    public TimeSpan Percentile(double share)
    {
        var rank = (long)Math.Ceiling(Count * share);
        var seen = 0L;
        for (var bucket = 0; bucket < Buckets && rank > 0; bucket++)
        {
            seen += _counts[bucket];
            if (seen >= rank)
            {
                return TimeSpan.FromMicroseconds(Math.Pow(Growth, bucket));
            }
        }
        return TimeSpan.Zero;
    }

    private static int Bucket(TimeSpan elapsed) => (int)Math.Round(Math.Log(Math.Max(elapsed.TotalMicroseconds, 1)) / Math.Log(Growth));
}
