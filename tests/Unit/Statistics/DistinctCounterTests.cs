using CsCheck;
using Serverless.Statistics;

namespace Serverless.Tests.Unit.Statistics;

public sealed class DistinctCounterTests
{
    [Fact]
    public void Many_threads_count_what_one_count_would() => Gen.ULong.Array[0, 500].Sample(
        hashes =>
        {
            var counter = new DistinctCounter();
            Parallel.ForEach(hashes.Concat(hashes), counter.Add);

            var expected = hashes.Aggregate(DistinctCount.Zero, (count, hash) => count.Add(hash));
            return (counter.Unstored()?.Count ?? DistinctCount.Zero) == expected;
        },
        iter: 50,
        threads: 1);

    [Fact]
    public void Only_what_changed_since_is_to_be_stored()
    {
        var counter = new DistinctCounter();
        Assert.Null(counter.Unstored());

        counter.Add(1);
        var (_, change) = counter.Unstored()!.Value;
        counter.Add(ulong.MaxValue);
        counter.Stored(change);
        Assert.NotNull(counter.Unstored());

        counter.Stored(counter.Unstored()!.Value.Change);
        counter.Add(1);
        Assert.Null(counter.Unstored());
    }
}
