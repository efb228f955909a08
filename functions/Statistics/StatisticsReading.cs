using Serverless.Apps;

namespace Serverless.Statistics;

/// <summary>Reads statistics as they are now: what is not rolled up yet is summed from the finer step.</summary>
internal sealed class StatisticsReading(UsageStore usage, ActiveDevices devices, TimeProvider time)
{
    // The roll-up comes every five minutes.
    private static readonly TimeSpan RolledUpAfter = TimeSpan.FromMinutes(15);

    public async Task<StatisticsAnswer> ReadAsync(AppId app, StatisticsQuery query, CancellationToken cancellation)
    {
        var (from, to, step, by) = query;
        var times = step.Periods(from, to).ToArray();
        var frames = await ReadAsync(app, step, from, to, cancellation);
        var active = step is TimeStep.Minute ? null : await devices.ReadAsync(app, step, from, to, cancellation);
        var named = frames.Select(frame => (At: frame.Key, Series: frame.Value.Series.ToLookup(series => NameOf(series.Key, by), series => series.Value)))
            .ToDictionary(frame => frame.At, frame => frame.Series);
        var names = named.Values.SelectMany(frame => frame.Select(series => series.Key))
            .Concat(active?.Keys.Where(count => count.Group.Kind == by).Select(count => NameOf(count.Group)) ?? [])
            .Distinct().Order(StringComparer.Ordinal);
        return new StatisticsAnswer(step, by, times, [.. names.Select(name => StatisticsSeries.Of(name, Points(name), Devices(name)))]);

        Measures[] Points(string name) =>
            [.. times.Select(at => named.TryGetValue(at, out var frame) ? frame[name].Aggregate(default(Measures), (sum, measures) => sum + measures) : default)];

        long[]? Devices(string name) => active is null ? null
            : [.. times.Select(at => active.GetValueOrDefault((at, by is { } kind ? new DeviceGroup(kind, name) : DeviceGroup.All)))];
    }

    public async Task<StatisticsOverview> ReadOverviewAsync(AppId app, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var (minute, today) = (TimeStep.Minute.Floor(now), TimeStep.Day.Floor(now));
        var lastHour = await ReadAsync(app, TimeStep.Minute, minute - TimeSpan.FromMinutes(59), minute + TimeSpan.FromMinutes(1), cancellation);
        var lastDay = await ReadAsync(app, TimeStep.Hour, TimeStep.Hour.Floor(now) - TimeSpan.FromHours(23), TimeStep.Hour.Floor(now) + TimeSpan.FromHours(1), cancellation);
        var active = await devices.ReadAsync(app, TimeStep.Day, today, today + TimeStep.Day.Length(), cancellation);
        var versions = active.Where(count => count.Key.Group.Kind is Grouping.Version).ToArray();
        var counted = versions.Sum(count => count.Value);
        return new StatisticsOverview(
            minute,
            Figures(lastHour.Where(frame => frame.Key == minute - TimeSpan.FromMinutes(1))),
            Figures(lastHour),
            Figures(lastDay),
            active.GetValueOrDefault((today, DeviceGroup.All)),
            [
                .. versions.OrderByDescending(count => count.Value).ThenBy(count => count.Key.Group.Name, StringComparer.Ordinal)
                    .Select(count => new VersionShare(count.Key.Group.Name, count.Value, (double)count.Value / Math.Max(1, counted))),
            ]);
    }

    private async Task<SortedDictionary<DateTimeOffset, UsageFrame>> ReadAsync(
        AppId app, TimeStep step, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation)
    {
        if (step is TimeStep.Minute)
        {
            return await usage.ReadAsync(app, step, from, to, cancellation);
        }

        var open = step.Floor(time.GetUtcNow() - RolledUpAfter);
        var frames = await usage.ReadAsync(app, step, from, to < open ? to : open, cancellation);
        if (to > open)
        {
            foreach (var (at, part) in await ReadAsync(app, step.Finer(), from > open ? from : open, to, cancellation))
            {
                frames[step.Floor(at)] = frames.GetValueOrDefault(step.Floor(at), UsageFrame.Empty).Merge(part);
            }
        }

        return frames;
    }

    private static UsageFigures Figures(IEnumerable<KeyValuePair<DateTimeOffset, UsageFrame>> frames) =>
        UsageFigures.Of(frames.Aggregate(default(Measures), (sum, frame) => sum + frame.Value.Total));

    private static string NameOf(SeriesKey key, Grouping? by) => by switch
    {
        Grouping.Version => key.Version,
        Grouping.Platform => key.Platform,
        _ => StatisticsSeries.All,
    };

    private static string NameOf(DeviceGroup group) => group.Kind is null ? StatisticsSeries.All : group.Name;
}
