using System.Collections.Immutable;
using Serverless.Releases;
using Serverless.Rollouts;

namespace Serverless.Channels;

/// <summary>A named pointer that devices follow.</summary>
internal sealed record Channel
{
    private const int HistoryLength = 50;

    public required ChannelName Name { get; init; }

    /// <summary>Counts an app's channels from 1; the plugin's channel list needs whole numbers.</summary>
    public required int Id { get; init; }

    /// <summary>Devices that name no channel follow it.</summary>
    public required bool Public { get; init; }

    /// <summary>Devices may choose it by name.</summary>
    public required bool AllowSelfSet { get; init; }

    /// <summary>Which devices it serves.</summary>
    public ChannelPolicy Policy { get; init; } = ChannelPolicy.Default;

    /// <summary>The release that devices are to run; null sends them back to the bundle inside the app.</summary>
    public BundleVersion? Target { get; init; }

    /// <summary>What it pointed at before, newest first, without repeats: the candidates for going back.</summary>
    public ImmutableArray<BundleVersion> History { get; init; } = [];

    /// <summary>The candidate it is moving to, step by step; null while it is not.</summary>
    public Rollout? Rollout { get; init; }

    /// <summary>How it moves to a new release; empty is at once.</summary>
    public ImmutableArray<RampStage> Ramp { get; init; } = [];

    /// <summary>Where parts of the fleet are led instead of a release that was withdrawn there alone.</summary>
    public ImmutableArray<Detour> Detours { get; init; } = [];

    /// <summary>
    /// A channel that its first upload creates. Only <c>production</c> is public: a new channel moves no device that did not ask for it by name.
    /// </summary>
    public static Channel New(ChannelName name, int id) => new()
    {
        Name = name,
        Id = id,
        Public = name == ChannelName.Production,
        AllowSelfSet = name != ChannelName.Production,
    };

    /// <summary>Moves the pointer. Whoever goes down leaves what is above for good: a later rollback must not go up again.</summary>
    public Channel PointAt(BundleVersion? target) => this with
    {
        Target = target,
        History = [.. (Target is { } left ? History.Remove(left).Insert(0, left) : History).Where(version => target is not { } to || version < to).Take(HistoryLength)],
    };
}
