using Serverless.Channels;
using Serverless.Devices;
using Serverless.Releases;
using Serverless.Rollouts;

namespace Serverless.Updates;

/// <summary>On which side of a rollout a device is.</summary>
internal enum RolloutSide
{
    /// <summary>Its turn has not come.</summary>
    Stable,

    Candidate,

    /// <summary>Held back until the end, to compare with.</summary>
    Control,
}

/// <summary>Where a channel leads a device, and why there.</summary>
internal readonly record struct Destination
{
    /// <summary>The release it is to run; null is the bundle inside the app.</summary>
    public BundleVersion? Version { get; private init; }

    /// <summary>Its side of the rollout; null when none runs, or a pin decides.</summary>
    public RolloutSide? Side { get; private init; }

    /// <summary>Where <see cref="Side"/> is from.</summary>
    public int? Cohort { get; private init; }

    /// <summary>What was decided for this device alone.</summary>
    public Pin? Pin { get; private init; }

    /// <summary>What leads its part of the fleet elsewhere, the last one where several follow each other.</summary>
    public Detour? Detour { get; private init; }

    /// <summary>The pin of the device first, then the rollout, and then the detours. Pure.</summary>
    /// <param name="app">The app.</param>
    /// <param name="device">The device.</param>
    /// <param name="channel">The channel that it follows; null when there is none.</param>
    public static Destination Of(AppSnapshot app, DeviceRequest device, Channel? channel)
    {
        if (channel is null)
        {
            return default;
        }

        var pin = app.Pins.GetValueOrDefault(device.Device);
        return Detoured(channel, device, pin?.Version is { } pinned && app.Release(pinned) is not { WithdrawnBecause: not null }
            ? new Destination { Version = pinned, Pin = pin }
            : Led(app, device, channel) with { Pin = pin?.Channel is null ? null : pin });
    }

    /// <summary>For people; empty when the channel simply points there.</summary>
    public string Describe(Channel? channel)
    {
        string?[] reasons =
        [
            Pin is { } pin ? $"pinned {pin}" : null,
            Side is { } side && channel?.Rollout is { } rollout
                ? $"{side.ToString().ToLowerInvariant()}: cohort {Cohort}, candidate {rollout.Candidate} for those below {rollout.Share}{(rollout.IsPaused ? " but paused" : "")}, control from {Cohorts.Count - rollout.ControlShare}"
                : null,
            Detour is { } detour ? $"detour of {detour.Cell} from {detour.From}" : null,
        ];
        return string.Join("; ", reasons.OfType<string>());
    }

    private static Destination Led(AppSnapshot app, DeviceRequest device, Channel channel)
    {
        if (channel.Rollout is not { } rollout || !app.Cohorts.TryGetValue(channel.Name.Value, out var cohorts))
        {
            return new Destination { Version = channel.Target };
        }

        var cohort = cohorts.Of(device.Device);
        var side = cohort switch
        {
            // Also when its turn would not come now: going back and forth helps nobody.
            _ when device.VersionName == rollout.Candidate.Value => RolloutSide.Candidate,
            _ when cohort >= Cohorts.Count - rollout.ControlShare => RolloutSide.Control,
            _ when cohort < rollout.Share && !rollout.IsPaused => RolloutSide.Candidate,
            _ => RolloutSide.Stable,
        };
        return new Destination { Version = side is RolloutSide.Candidate ? rollout.Candidate : channel.Target, Side = side, Cohort = cohort };
    }

    private static Destination Detoured(Channel channel, DeviceRequest device, Destination destination)
    {
        if (channel.Detours.IsEmpty)
        {
            return destination;
        }

        // A detour may begin where another one ends; those that lead in a circle must not keep anybody walking.
        var cells = device.Cells;
        for (var steps = 0; steps < channel.Detours.Length; steps++)
        {
            if (channel.Detours.FirstOrDefault(detour => detour.From == destination.Version && cells.Contains(detour.Cell)) is not { } detour)
            {
                break;
            }

            destination = destination with { Version = detour.To, Detour = detour };
        }

        return destination;
    }
}
