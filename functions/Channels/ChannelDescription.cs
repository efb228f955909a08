using System.Collections.Immutable;
using Serverless.Releases;

namespace Serverless.Channels;

/// <summary>A channel as people see it.</summary>
/// <param name="Name">Fixed.</param>
/// <param name="Id">Fixed; counts the app's channels.</param>
/// <param name="Target">The version it points at, or <c>builtin</c>; moved by publishing and by rollbacks.</param>
/// <param name="Candidate">The version that a rollout leads to; null while none runs.</param>
/// <param name="Policy">What may be changed.</param>
internal sealed record ChannelDescription(string Name, int Id, string Target, string? Candidate, ChannelSettings Policy)
{
    public static ChannelDescription Of(Channel channel) =>
        new(channel.Name.Value, channel.Id, channel.Target?.Value ?? BundleVersion.Builtin, channel.Rollout?.Candidate.Value, ChannelSettings.Of(channel));
}

/// <summary>A page of an app's channels.</summary>
/// <param name="Channels">Oldest first.</param>
/// <param name="Next">Where the next page begins; null at the end.</param>
internal sealed record ChannelList(ImmutableArray<ChannelDescription> Channels, string? Next);
