using System.Collections.Concurrent;
using Serverless.Devices;
using Serverless.Outcomes;
using Serverless.Reports;

namespace Serverless.Updates;

/// <summary>
/// Remembers which devices were seen running a release, so that a good one gets its votes without a write per check: a device is reported
/// when it is first seen and once more after its probation, and then costs nothing. Kept in memory and flushed every few seconds; a crash
/// loses those seconds, and the next check of the device makes up for it.
/// </summary>
internal sealed class Sightings(TimeProvider time)
{
    private const int MaxRemembered = 200_000;

    // As long as a launch may take to prove itself, with room for a slow flush.
    private static readonly TimeSpan SecondLook = TimeSpan.FromSeconds(75);

    private readonly ConcurrentQueue<DeviceEvidence> _pending = new();
    private ConcurrentDictionary<Sighting, DateTimeOffset> _recent = new();
    private ConcurrentDictionary<Sighting, DateTimeOffset> _older = new();

    /// <summary>Notes the running version of a device that checks in, when it is a release that a channel offers.</summary>
    public void Note(AppSnapshot app, DeviceRequest device)
    {
        // A plugin names the bundle inside the app by its native version, which may be a release's name too.
        if (device.IsOnBuiltin || _pending.Count >= MaxRemembered || !app.Releases.TryGetValue(device.VersionName, out var release))
        {
            return;
        }

        var now = time.GetUtcNow();
        var sighting = new Sighting(device.App.Value, device.VersionName, device.Device);
        if (_recent.TryGetValue(sighting, out var due) || _older.TryGetValue(sighting, out due))
        {
            if (now < due)
            {
                return;
            }

            due = DateTimeOffset.MaxValue;
        }
        else
        {
            due = now + SecondLook;
        }

        Remember(sighting, due);
        _pending.Enqueue(new DeviceEvidence(device.App.Value, device.Device.Hex, release.Version.Value, VoteKind.Ran, "check", now));
    }

    /// <summary>Takes what was noted since the last call.</summary>
    public IReadOnlyList<DeviceEvidence> Take()
    {
        var taken = new List<DeviceEvidence>();
        while (_pending.TryDequeue(out var evidence))
        {
            taken.Add(evidence);
        }

        return taken;
    }

    /// <summary>Puts back what could not be sent.</summary>
    public void Return(IEnumerable<DeviceEvidence> evidence)
    {
        foreach (var item in evidence)
        {
            _pending.Enqueue(item);
        }
    }

    private void Remember(Sighting sighting, DateTimeOffset due)
    {
        _recent[sighting] = due;
        if (_recent.Count > MaxRemembered / 2)
        {
            // Forgetting the older half costs those devices two more events, never a wrong count.
            _older = _recent;
            _recent = new();
        }
    }

    private readonly record struct Sighting(string App, string Version, DevicePseudonym Device);
}
