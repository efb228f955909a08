using System.Collections.Frozen;
using System.Collections.Immutable;
using Serverless.Apps;
using Serverless.Channels;
using Serverless.Devices;
using Serverless.Devices.Authentication;
using Serverless.Devices.Authentication.Certificates;
using Serverless.Keys;
using Serverless.Releases;
using Serverless.Rollouts;

namespace Serverless.Updates;

/// <summary>All that answering an app's devices needs, as it was at one revision. Immutable, shared by every request.</summary>
internal sealed record AppSnapshot
{
    public required AppId App { get; init; }

    /// <summary>The app's revision; 0 when it does not exist.</summary>
    public required long Revision { get; init; }

    /// <summary>By name, exactly as written.</summary>
    public required FrozenDictionary<string, Channel> Channels
    {
        get;
        init => (field, Public) = (value, [.. value.Values.Where(channel => channel.Public).OrderBy(channel => channel.Id)]);
    }

    /// <summary>The channels that devices follow without naming one, oldest first. Apart, because an app may have a thousand others and every check asks.</summary>
    public ImmutableArray<Channel> Public { get; private init; } = [];

    /// <summary>Of the channels where a rollout runs, by name.</summary>
    public FrozenDictionary<string, Cohorts> Cohorts { get; init; } = FrozenDictionary<string, Cohorts>.Empty;

    /// <summary>What was decided for single devices.</summary>
    public FrozenDictionary<DevicePseudonym, Pin> Pins { get; init; } = FrozenDictionary<DevicePseudonym, Pin>.Empty;

    /// <summary>The releases that devices may be led to, by version, as far as they are proven to be what was signed.</summary>
    public required FrozenDictionary<string, Release> Releases { get; init; }

    /// <summary>What is wrong with those that are not, by version: nobody is served from their rows.</summary>
    public FrozenDictionary<string, string> Defects { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>Withdrawn releases whose devices are awaited on a good one.</summary>
    public ImmutableArray<BundleVersion> Watched { get; init; } = [];

    /// <summary>The revision of what belongs to all apps.</summary>
    public long SharedRevision { get; init; }

    /// <summary>The signing keys, and which of them are still good.</summary>
    public KeyStates Keys { get; init; } = KeyStates.None;

    /// <summary>What the app asks of its devices.</summary>
    public DeviceAuthentication Authentication { get; init; } = DeviceAuthentication.Anonymous;

    /// <summary>Whose client certificates it believes; null for nobody's.</summary>
    public TrustedAuthorities? Authorities { get; init; }

    public bool Exists => Revision > 0;

    public static AppSnapshot Unknown(AppId app) => new()
    {
        App = app,
        Revision = 0,
        Channels = FrozenDictionary<string, Channel>.Empty,
        Releases = FrozenDictionary<string, Release>.Empty,
    };

    /// <summary>
    /// The channel of a device: the one it is pinned to; the one it names, which must admit it; or else the first public one that serves its
    /// platform. A name that does not qualify never falls back, so that a tester's device is not moved to production by a typo.
    /// </summary>
    public Channel? ChannelFor(DeviceRequest device)
    {
        if (Pins.GetValueOrDefault(device.Device)?.Channel is { } pinned && Channels.TryGetValue(pinned.Value, out var own))
        {
            return own.Policy.Serves(device.Platform) ? own : null;
        }

        var channel = device.Channel is { } name ? Channels.GetValueOrDefault(name) : PublicFor(device.Platform);
        return channel is not null && channel.Policy.Serves(device.Platform) && (channel.Public || channel.AllowSelfSet) ? channel : null;
    }

    // Every check asks, and a closure would be made for each.
    private Channel? PublicFor(string platform)
    {
        foreach (var channel in Public)
        {
            if (channel.Policy.Serves(platform))
            {
                return channel;
            }
        }

        return null;
    }

    /// <summary>Whether the channel's rollout holds the device back on the stable release until the end.</summary>
    public bool IsControl(Channel channel, DevicePseudonym device) =>
        channel.Rollout is { ControlShare: > 0 } && Cohorts.TryGetValue(channel.Name.Value, out var cohorts) && cohorts.IsControl(device);

    public Release? Release(BundleVersion version) => Releases.GetValueOrDefault(version.Value);
}
