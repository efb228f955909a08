using System.Security.Cryptography;
using Serverless.Statistics;

namespace Serverless.Tests.Unit.Statistics;

/// <summary>What the README says that a month of a fleet of a million devices costs, computed from rows as they are stored.</summary>
public sealed class StorageBudgetTests
{
    private const int Days = 30;
    private const int MinuteDays = 3; // Kept for two, and deleted by whole days.
    private const long Megabyte = 1024 * 1024;

    // A row's own bytes: keys, time and ETag, names of properties (the service's price list: 4 + 2 a character of its keys and names + values).
    private const int Overhead = 300;

    [Theory]
    [InlineData(UsageFrame.MaxVersions, 4, 4, 48_000, 150 * Megabyte)]
    [InlineData(3, 2, 1, 12_000, 17 * Megabyte)]
    public void Month_stays_within_its_rows_and_bytes(int releases, int platforms, int instances, int maxRows, long maxBytes)
    {
        var usage = Usage(releases, platforms);
        var devices = Devices(1_000_000);
        var groups = 1 + platforms + releases + 2;
        var usageRows = (MinuteDays * 24 * 60 * instances) + (Days * 24) + Days;
        var deviceRows = ((Days * 24) + Days) * groups;

        var rows = usageRows + deviceRows;
        var bytes = ((long)usageRows * (usage + Overhead)) + ((long)deviceRows * (devices + Overhead));

        Assert.True(rows <= maxRows && bytes <= maxBytes, $"{rows} rows and {bytes} bytes ({usage} a row of usage, {devices} one of devices) are too many.");
    }

    private static int Usage(int releases, int platforms)
    {
        var frame = UsageFrame.Empty;
        foreach (var version in Enumerable.Range(0, releases).Select(release => $"1.{release}.0").Append(SeriesKey.Builtin).Append(SeriesKey.Other))
        {
            foreach (var platform in new[] { "ios", "android", "electron", SeriesKey.Other }.Take(platforms))
            {
                frame = Measures.All.Aggregate(frame, (sum, measure) =>
                    sum.Add(new SeriesKey(version, platform), Measures.Of(measure, RandomNumberGenerator.GetInt32(measure is Measure.DownloadedBytes or Measure.SparedBytes ? int.MaxValue : 1_000))));
            }
        }

        return frame.Write().Length;
    }

    private static int Devices(int count)
    {
        var counter = new DistinctCounter();
        var random = new Random(1);
        for (var i = 0; i < count; i++)
        {
            counter.Add((ulong)random.NextInt64() << 1);
        }

        return Packed.Write(counter.Unstored()!.Value.Count.Registers.AsSpan()).Length;
    }
}
