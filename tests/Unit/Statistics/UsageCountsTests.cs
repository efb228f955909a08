using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Serverless.Apps;
using Serverless.Devices;
using Serverless.Outcomes;
using Serverless.Statistics;
using Serverless.Tests.Support;

namespace Serverless.Tests.Unit.Statistics;

public sealed class UsageCountsTests
{
    private static readonly AppId App = Words.App("com.example.app");
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly Gen<(int Second, string Action, string Version, string Platform)> Reports = Gen.Select(
        Gen.Int[0, 179],
        Gen.OneOf("set", "download_zip_start", "download_zip_complete", "download_manifest_start", "download_manifest_complete", "ping"),
        Gen.OneOf("1.0.0", "1.1.0"),
        Gen.OneOf("ios", "android", "windows-phone"));

    [Fact]
    public void Events_fall_into_their_minutes_on_whatever_instances() => Gen.Select(Reports.Array[0, 80], Gen.Int[1, 4]).Sample((events, instances) =>
    {
        var time = new FakeTimeProvider(Noon);
        var counts = Enumerable.Range(0, instances).Select(_ => UsageStub.New(time)).ToArray();
        foreach (var (index, item) in events.OrderBy(item => item.Second).Index())
        {
            time.SetUtcNow(Noon + TimeSpan.FromSeconds(item.Second));
            counts[index % instances].Reported(new DeviceIdentity(App, Words.Device(index)), item.Action, SeriesKey.About(Words.Version(item.Version), item.Platform));
        }

        var counted = counts.SelectMany(instance => instance.All())
            .SelectMany(minute => minute.Counted.Unstored() is var (usage, _, _) ? usage.Series.Select(series => (minute.Minute, series.Key, series.Value)) : [])
            .SelectMany(series => Enum.GetValues<Measure>().Select(measure => (At: (series.Minute - Noon).TotalMinutes, series.Key, measure, Count: series.Value[measure])))
            .GroupBy(item => $"{item.At} {item.Key.Version} {item.Key.Platform} {item.measure}", item => item.Count)
            .Select(group => $"{group.Key} {group.Sum()}")
            .Where(line => !line.EndsWith(" 0", StringComparison.Ordinal));
        var expected = events.Where(item => item.Action != "ping")
            .CountBy(item => $"{item.Second / 60} {item.Version} {(item.Platform == "windows-phone" ? "other" : item.Platform)} {Name(item.Action)}")
            .Select(group => $"{group.Key} {group.Value}");
        return counted.Order(StringComparer.Ordinal).SequenceEqual(expected.Order(StringComparer.Ordinal));
    });

    [Fact]
    public void Made_up_versions_have_little_room_and_take_none_of_a_release()
    {
        var time = new FakeTimeProvider(Noon);
        var known = new KnownVersions();
        var counts = new UsageCounts(known, new ActiveDeviceCounts(known, time), new RecentOffers(), time);
        for (var i = 0; i < 1_000; i++)
        {
            counts.Reported(new DeviceIdentity(App, Words.Device(i)), "set", new SeriesKey($"1.0.{i}", "ios"));
            counts.Reported(new DeviceIdentity(App, Words.Device(i)), "set", new SeriesKey($"not a version {i}", "ios"));
        }

        known.Learn(App, "9.0.0");
        counts.Reported(new DeviceIdentity(App, Words.Device(1)), "set", new SeriesKey("9.0.0", "ios"));

        var usage = Assert.Single(counts.All()).Counted.Unstored()!.Value.Usage;
        Assert.Equal(34, usage.Series.Count);
        Assert.Equal((1, 1_968), (usage.Series[new SeriesKey("9.0.0", "ios")][Measure.Installs], usage.Series[new SeriesKey("other", "ios")][Measure.Installs]));
    }

    [Fact]
    public void What_is_stored_is_not_stored_again_until_it_changes()
    {
        var counts = UsageStub.New(new FakeTimeProvider(Noon));
        counts.Judged(App, Words.Version("1.0.0"), "ios", Verdict.Good);
        var minute = Assert.Single(counts.All()).Counted;

        minute.Stored(minute.Unstored()!.Value.Sum);
        Assert.Null(minute.Unstored());

        counts.Judged(App, Words.Version("1.0.0"), "ios", Verdict.Failed);
        var total = minute.Unstored()!.Value.Usage.Total;
        Assert.Equal((1, 1), (total[Measure.Good], total[Measure.Failed]));
    }

    [Fact]
    public void Minutes_that_are_over_can_be_forgotten()
    {
        var time = new FakeTimeProvider(Noon);
        var counts = UsageStub.New(time);
        counts.Judged(App, Words.Version("1.0.0"), "ios", Verdict.Good);
        time.Advance(TimeSpan.FromMinutes(1));
        counts.Judged(App, Words.Version("1.0.0"), "ios", Verdict.Good);

        counts.Forget(Noon + TimeSpan.FromMinutes(1));

        Assert.Equal(Noon + TimeSpan.FromMinutes(1), Assert.Single(counts.All()).Minute);
    }

    private static string Name(string action) => action switch
    {
        "set" => nameof(Measure.Installs),
        "download_zip_start" => nameof(Measure.ZipDownloadsStarted),
        "download_zip_complete" => nameof(Measure.ZipDownloads),
        "download_manifest_start" => nameof(Measure.FileDownloadsStarted),
        _ => nameof(Measure.FileDownloads),
    };
}
