using System.Security.Cryptography;
using CsCheck;
using Serverless.Statistics;

namespace Serverless.Tests.Unit.Statistics;

public sealed class UsageFrameTests
{
    private static readonly Gen<(SeriesKey Key, Measure Measure, long Amount)[]> Events = Gen.Select(
        Gen.Select(Gen.OneOf("1.0.0", "1.1.0", SeriesKey.Builtin, SeriesKey.Other), Gen.OneOf("ios", "android"), (version, platform) => new SeriesKey(version, platform)),
        Gen.Enum<Measure>(),
        Gen.Long[0, 1_000_000_000_000]).Array[0, 60];

    [Fact]
    public void Same_events_give_the_same_series_in_any_order_and_on_any_shards() => Gen.Select(Events, Gen.Int[1, 5], Gen.Int[0, int.MaxValue]).Sample((events, shards, seed) =>
    {
        var shuffled = events.ToArray();
        new Random(seed).Shuffle(shuffled);
        var sharded = shuffled.Index().GroupBy(item => item.Index % shards, item => item.Item).Select(Frame);

        return Text(sharded.Aggregate(UsageFrame.Empty, (sum, shard) => shard.Merge(sum))) == Expected(events);
    });

    [Fact]
    public void Frame_is_read_as_it_was_written() => Events.Sample(events => Text(UsageFrame.Read(Frame(events).Write())) == Expected(events));

    [Fact]
    public void Total_is_that_of_the_events() => Events.Sample(events =>
        Enum.GetValues<Measure>().All(measure => Frame(events).Total[measure] == events.Where(item => item.Measure == measure).Sum(item => item.Amount)));

    [Fact]
    public void Releases_with_the_fewest_checks_are_put_together_and_nothing_is_lost()
    {
        var frame = Enumerable.Range(1, 40).Aggregate(
            UsageFrame.Empty, (sum, release) => sum.Add(new SeriesKey($"1.{release}.0", "ios"), Measures.Of(Measure.Checks, release)));

        var bounded = frame.Bounded();

        Assert.Equal(33, bounded.Series.Count);
        Assert.Equal(36, bounded.Series[new SeriesKey(SeriesKey.Other, "ios")][Measure.Checks]);
        Assert.Equal(9, bounded.Series[new SeriesKey("1.9.0", "ios")][Measure.Checks]);
        Assert.Equal(820, bounded.Total[Measure.Checks]);
    }

    [Fact]
    public void Row_of_fewer_measures_is_read_by_a_later_version() =>
        Assert.Equal(0, new Measures([5]) is var old ? old[Measure.SparedBytes] : -1);

    [Fact]
    public void Worst_frame_fits_into_a_property()
    {
        var versions = Enumerable.Range(0, UsageFrame.MaxVersions).Select(_ => $"1.0.0-{RandomNumberGenerator.GetString("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", 122)}");
        var frame = Frame(
            from version in versions.Append(SeriesKey.Builtin).Append(SeriesKey.Other)
            from platform in new[] { "ios", "android", "electron", SeriesKey.Other }
            from measure in Enum.GetValues<Measure>()
            select (new SeriesKey(version, platform), measure, Random.Shared.NextInt64(1L << 50)));

        Assert.InRange(frame.Write().Length, 1, 64 * 1024);
    }

    private static UsageFrame Frame(IEnumerable<(SeriesKey Key, Measure Measure, long Amount)> events) =>
        events.Aggregate(UsageFrame.Empty, (sum, item) => sum.Add(item.Key, Measures.Of(item.Measure, item.Amount)));

    private static string Expected(IEnumerable<(SeriesKey Key, Measure Measure, long Amount)> events) => string.Join('\n', events
        .GroupBy(item => (item.Key, item.Measure), (group, items) => (group, Sum: items.Sum(item => item.Amount)))
        .Where(item => item.Sum > 0)
        .Select(item => $"{item.group.Key} {item.group.Measure} {item.Sum}")
        .Order(StringComparer.Ordinal));

    private static string Text(UsageFrame frame) => string.Join('\n', frame.Series
        .SelectMany(series => Enum.GetValues<Measure>().Where(measure => series.Value[measure] > 0).Select(measure => $"{series.Key} {measure} {series.Value[measure]}"))
        .Order(StringComparer.Ordinal));
}
