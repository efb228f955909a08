using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serverless.Apps;
using Serverless.Releases;

namespace Serverless.Statistics;

/// <summary>
/// Stores what <see cref="UsageCounts"/> and <see cref="ActiveDeviceCounts"/> counted, every few seconds and at shutdown. A minute's row is this
/// instance's own and is written as a whole, so a write that fails and may have arrived is made again.
/// </summary>
internal sealed partial class StatisticsFlush(
    UsageCounts counts,
    UsageStore usage,
    ActiveDeviceCounts deviceCounts,
    ActiveDevices devices,
    KnownVersions known,
    ReleaseCatalog catalog,
    TransferSizes sizes,
    TimeProvider time,
    IOptions<StatisticsOptions> options,
    ILogger<StatisticsFlush> logger) : BackgroundService
{
    private static readonly TimeSpan StoreTimeout = TimeSpan.FromSeconds(10);

    // Whoever counts may have looked for the period before it ended.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    // An outage of storage that is longer than this costs its first minutes.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    // A new one for each start: what the instance before it counted in the same minute is in a row of its own.
    private readonly string _shard = Guid.NewGuid().ToString("N")[..8];

    /// <summary>Stores what has changed, for whoever wants to read it now.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        foreach (var (minute, app, counted) in counts.All())
        {
            if (counted.Unstored() is var (frame, transfers, sum))
            {
                var named = await NameAsync(app, frame, cancellation);
                await usage.PutAsync(app, TimeStep.Minute, minute, _shard, await WeighAsync(app, named, transfers), cancellation);
                counted.Stored(sum);
            }
        }

        counts.Forget(TimeStep.Minute.Floor(now - Grace));
        foreach (var (hour, app, counted) in deviceCounts.All())
        {
            await StoreAsync(hour, app, counted, cancellation);
        }

        deviceCounts.Forget(TimeStep.Hour.Floor(now - Grace));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.FlushEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TryRunAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops; what was counted since the last tick still counts.
            await TryRunAsync();
        }
    }

    // Whatever goes wrong, the server goes on, and what is not stored is tried again.
    private async Task TryRunAsync()
    {
        try
        {
            using var deadline = new CancellationTokenSource(StoreTimeout, time);
            await RunAsync(deadline.Token);
        }
        catch (Exception e)
        {
            counts.Forget(time.GetUtcNow() - Patience);
            LogHeld(e);
        }
    }

    private async Task StoreAsync(DateTimeOffset hour, AppId app, AppHour counted, CancellationToken cancellation)
    {
        var unstored = counted.Unstored();
        if (unstored.Count == 0)
        {
            return;
        }

        var named = new Dictionary<DeviceGroup, DistinctCount>();
        foreach (var (group, (count, _)) in unstored)
        {
            var isKnown = group.Kind is not Grouping.Version || await IsKnownAsync(app, group.Name, cancellation);
            var name = isKnown ? group : DeviceGroup.OfVersion(SeriesKey.Other);
            named[name] = named.GetValueOrDefault(name, DistinctCount.Zero).Merge(count);
        }

        await devices.MergeAsync(app, TimeStep.Hour, hour, named, cancellation);
        await devices.MergeAsync(app, TimeStep.Day, TimeStep.Day.Floor(hour), named, cancellation);
        foreach (var (group, (_, change)) in unstored)
        {
            counted.Stored(group, change);
        }
    }

    /// <summary>Puts together what names no release of the app.</summary>
    private async Task<UsageFrame> NameAsync(AppId app, UsageFrame counted, CancellationToken cancellation)
    {
        var strangers = new HashSet<string>();
        foreach (var version in counted.Series.Keys.Select(key => key.Version).Distinct())
        {
            if (!await IsKnownAsync(app, version, cancellation))
            {
                strangers.Add(version);
            }
        }

        return strangers.Count == 0 ? counted : counted.Map(key => strangers.Contains(key.Version) ? key.WithoutVersion() : key);
    }

    /// <summary>Adds the sizes of what was downloaded, of the releases that were found.</summary>
    private async Task<UsageFrame> WeighAsync(AppId app, UsageFrame named, IReadOnlyDictionary<Transfer, long> transfers)
    {
        var weighed = named;
        foreach (var (key, measures) in named.Series.Where(series => series.Value[Measure.ZipDownloads] > 0))
        {
            var size = await sizes.GetAsync(app, from: null, key.Version);
            weighed = weighed.Add(key, Measures.Of(Measure.DownloadedBytes, measures[Measure.ZipDownloads] * size.Zip));
        }

        foreach (var (transfer, count) in transfers.Where(transfer => known.Contains(app, transfer.Key.To.Version)))
        {
            var from = transfer.From is { } running && known.Contains(app, running) ? running : null;
            var size = await sizes.GetAsync(app, from, transfer.To.Version);
            weighed = weighed
                .Add(transfer.To, Measures.Of(Measure.DownloadedBytes, count * size.Files))
                .Add(transfer.To, Measures.Of(Measure.SparedBytes, count * size.Spared));
        }

        return weighed;
    }

    /// <summary>Looks in the catalog for what this instance has not learnt yet.</summary>
    private async Task<bool> IsKnownAsync(AppId app, string version, CancellationToken cancellation)
    {
        if (known.Contains(app, version))
        {
            return true;
        }

        if (!BundleVersion.TryParse(version, out var named) || await catalog.FindReleaseAsync(app, named, cancellation) is null)
        {
            return false;
        }

        known.Learn(app, version);
        return true;
    }

    [LoggerMessage(LogLevel.Warning, "Statistics could not be stored; they are held until the next try.")]
    private partial void LogHeld(Exception fault);
}
