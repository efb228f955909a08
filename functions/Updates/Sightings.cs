using System.Collections.Concurrent;
using Serverless.Devices;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Reports;

namespace Serverless.Updates;

/// <summary>
/// Remembers which devices were seen running a release, so that a good one gets its votes without a write per check: a device is reported
/// when it is first seen and once more after its launch has proven itself, and then costs nothing. The same for the control of a rollout; and
/// once for each withdrawn release whose devices are awaited elsewhere. Kept in memory and flushed every few seconds; a crash loses those
/// seconds, and the next check of the device makes up for it.
/// </summary>
internal sealed class Sightings(TimeProvider time)
{
    private const int MaxRemembered = 200_000;
    private const string CheckCode = "check";
    private const string BoomerangCode = "boomerang";

    // As long as a launch may take to prove itself, with room for a slow flush.
    private static readonly TimeSpan SecondLook = TimeSpan.FromSeconds(75);

    private readonly ConcurrentQueue<DeviceEvidence> _pending = new();
    private ConcurrentDictionary<Sighting, DateTimeOffset> _recent = new();
    private ConcurrentDictionary<Sighting, DateTimeOffset> _older = new();

    /// <summary>Notes the running version of a device that checks in, when it is a release that a channel offers, and what it does not run any more.</summary>
    /// <param name="app">The app.</param>
    /// <param name="device">The device, with the channel that it follows.</param>
    public void Note(AppSnapshot app, DeviceRequest device)
    {
        foreach (var watched in app.Watched)
        {
            if (device.IsOnBuiltin || device.VersionName != watched.Value)
            {
                Note(device, watched, VoteKind.Recovered, control: null);
            }
        }

        // A plugin names the bundle inside the app by its native version, which may be a release's name too.
        if (device.IsOnBuiltin || !app.Releases.TryGetValue(device.VersionName, out var release))
        {
            return;
        }

        Note(device, release.Version, VoteKind.Ran, control: null);
        if (app.ChannelFor(device) is { Rollout: { } rollout } channel && channel.Target == release.Version && app.IsControl(channel, device.Device))
        {
            Note(device, release.Version, VoteKind.Ran, rollout.Id);
        }
    }

    /// <summary>Notes a device that asks again for a release that it has downloaded and never run.</summary>
    public void NoteReturn(DeviceRequest device, BundleVersion version) => Enqueue(device, version, VoteKind.Returned, BoomerangCode, control: null);

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

    private void Note(DeviceRequest device, BundleVersion version, VoteKind kind, string? control)
    {
        var now = time.GetUtcNow();
        var sighting = new Sighting(device.App.Value, version.Value, kind, control, device.Device);
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
            due = kind is VoteKind.Ran ? now + SecondLook : DateTimeOffset.MaxValue;
        }

        if (Enqueue(device, version, kind, CheckCode, control))
        {
            Remember(sighting, due);
        }
    }

    /// <returns>False when too many wait already: the device's next check comes back to it.</returns>
    private bool Enqueue(DeviceRequest device, BundleVersion version, VoteKind kind, string code, string? control)
    {
        var hasRoom = _pending.Count < MaxRemembered;
        if (hasRoom)
        {
            _pending.Enqueue(new DeviceEvidence(device.App.Value, device.Device.Hex, version.Value, kind, code, time.GetUtcNow())
            {
                Cells = device.Cells,
                Network = device.Network,
                Control = control,
            });
        }

        return hasRoom;
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

    private readonly record struct Sighting(string App, string Version, VoteKind Kind, string? Control, DevicePseudonym Device);
}
