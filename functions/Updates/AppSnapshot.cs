using System.Collections.Frozen;
using Serverless.Apps;
using Serverless.Channels;
using Serverless.Releases;

namespace Serverless.Updates;

/// <summary>All that answering an app's devices needs, as it was at one revision. Immutable, shared by every request.</summary>
internal sealed record AppSnapshot
{
    public required AppId App { get; init; }

    /// <summary>The app's revision; 0 when it does not exist.</summary>
    public required long Revision { get; init; }

    /// <summary>By name, exactly as written.</summary>
    public required FrozenDictionary<string, Channel> Channels { get; init; }

    /// <summary>The releases that channels point at, by version.</summary>
    public required FrozenDictionary<string, Release> Releases { get; init; }

    public bool Exists => Revision > 0;

    public static AppSnapshot Unknown(AppId app) => new()
    {
        App = app,
        Revision = 0,
        Channels = FrozenDictionary<string, Channel>.Empty,
        Releases = FrozenDictionary<string, Release>.Empty,
    };

    /// <summary>
    /// The channel of a device: the one it names, which must admit it, or else the public one. A name that does not qualify never falls back,
    /// so that a tester's device is not moved to production by a typo.
    /// </summary>
    public Channel? ChannelFor(string? name) => name is null
        ? Channels.Values.Where(channel => channel.Public).MinBy(channel => channel.Id)
        : Channels.GetValueOrDefault(name) is { } channel && (channel.Public || channel.AllowSelfSet) ? channel : null;

    public Release? Release(BundleVersion version) => Releases.GetValueOrDefault(version.Value);
}
