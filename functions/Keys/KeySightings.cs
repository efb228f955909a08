using System.Collections.Concurrent;
using Serverless.Apps;
using Serverless.Devices;
using Serverless.Statistics;
using Serverless.Updates;

namespace Serverless.Keys;

/// <summary>
/// Counts, in memory, how many devices carry which key; flushed every minute. A device that was counted today costs nothing more, and a crash
/// loses a minute that its next check makes up for.
/// </summary>
internal sealed class KeySightings(TimeProvider time)
{
    private readonly ConcurrentDictionary<Place, Tally> _tallies = new();

    /// <summary>Notes the key of a device that checks in.</summary>
    public void Note(AppSnapshot app, DeviceRequest device)
    {
        if (app.Exists)
        {
            var place = new Place(device.App, CarriedKey.Of(device.KeyId, app.Keys), DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));
            _tallies.GetOrAdd(place, static _ => new Tally()).Add(device.Device.Bits);
        }
    }

    /// <summary>What has changed since it was last stored.</summary>
    public IReadOnlyList<KeyDay> Unstored() =>
    [
        .. _tallies.Where(tally => !tally.Value.IsStored).Select(tally => new KeyDay(tally.Key.App, tally.Key.Carried, tally.Key.Day, tally.Value.Devices)),
    ];

    /// <summary>Takes note that a count is stored; that of a day gone by is then forgotten.</summary>
    public void Stored(KeyDay stored)
    {
        var place = new Place(stored.App, stored.Carried, stored.Day);
        if (_tallies.TryGetValue(place, out var tally))
        {
            tally.Stored(stored.Devices);
            if (tally.IsStored && stored.Day < DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime))
            {
                _tallies.TryRemove(place, out _);
            }
        }
    }

    private readonly record struct Place(AppId App, string Carried, DateOnly Day);

    private sealed class Tally
    {
        private DistinctCount _devices = DistinctCount.Zero;
        private DistinctCount _stored = DistinctCount.Zero;

        public DistinctCount Devices => Volatile.Read(ref _devices);

        public bool IsStored => ReferenceEquals(Volatile.Read(ref _stored), Devices);

        public void Add(ulong device)
        {
            for (var before = Devices; ;)
            {
                var after = before.Add(device);
                if (ReferenceEquals(after, before))
                {
                    return;
                }

                var found = Interlocked.CompareExchange(ref _devices, after, before);
                if (ReferenceEquals(found, before))
                {
                    return;
                }

                before = found;
            }
        }

        public void Stored(DistinctCount devices) => Volatile.Write(ref _stored, devices);
    }
}
