using System.Collections.Concurrent;
using Serverless.Apps;
using Serverless.Devices;

namespace Serverless.Statistics;

/// <summary>How many different devices checked in, in memory and hour by hour, without keeping which. A crash loses seconds that a device's next check makes up for.</summary>
internal sealed class ActiveDeviceCounts(KnownVersions known, TimeProvider time)
{
    private readonly ConcurrentDictionary<DateTimeOffset, ConcurrentDictionary<AppId, AppHour>> _hours = new();

    public void Note(AppId app, SeriesKey running, DevicePseudonym device) => _hours
        .GetOrAdd(TimeStep.Hour.Floor(time.GetUtcNow()), static _ => new())
        .GetOrAdd(app, static (app, known) => new AppHour(app, known), known)
        .Add(running, device.Bits);

    /// <summary>What is in memory.</summary>
    public IEnumerable<(DateTimeOffset Hour, AppId App, AppHour Counted)> All() =>
        _hours.SelectMany(hour => hour.Value, (hour, app) => (hour.Key, app.Key, app.Value));

    /// <summary>Drops the hours before one.</summary>
    public void Forget(DateTimeOffset before)
    {
        foreach (var hour in _hours.Keys.Where(hour => hour < before))
        {
            _hours.TryRemove(hour, out _);
        }
    }
}
