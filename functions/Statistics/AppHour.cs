using System.Collections.Concurrent;
using Serverless.Apps;

namespace Serverless.Statistics;

/// <summary>An app's devices in an hour, as this instance saw them: all, and by group. Costs a device that was counted no allocation.</summary>
internal sealed class AppHour(AppId app, KnownVersions known)
{
    private readonly ConcurrentDictionary<DeviceGroup, DistinctCounter> _groups = new();
    private readonly VersionRoom _room = new(app, known);

    public void Add(SeriesKey running, ulong device)
    {
        CounterOf(DeviceGroup.All).Add(device);
        CounterOf(DeviceGroup.OfPlatform(running.Platform)).Add(device);
        OfVersion(running.Version).Add(device);
    }

    /// <summary>What has changed since it was last stored, each with what to tell <see cref="Stored"/>.</summary>
    public IReadOnlyDictionary<DeviceGroup, (DistinctCount Count, int Change)> Unstored() => _groups
        .Select(group => (group.Key, Unstored: group.Value.Unstored()))
        .Where(group => group.Unstored is not null)
        .ToDictionary(group => group.Key, group => group.Unstored!.Value);

    public void Stored(DeviceGroup group, int change) => _groups[group].Stored(change);

    private DistinctCounter OfVersion(string version) =>
        _groups.TryGetValue(DeviceGroup.OfVersion(version), out var counter) ? counter : CounterOf(DeviceGroup.OfVersion(_room.Admit(version)));

    private DistinctCounter CounterOf(DeviceGroup group) => _groups.GetOrAdd(group, static _ => new DistinctCounter());
}
