using System.Collections.Immutable;
using Serverless.Channels;
using Serverless.Releases;

namespace Serverless.Rollbacks;

/// <summary>How far an incident has come. Each step is written before the next begins, so a crash resumes where it stopped.</summary>
internal enum IncidentState
{
    /// <summary>Decided; the release is offered to nobody any more.</summary>
    Opened,

    /// <summary>Every channel that pointed at the release points elsewhere.</summary>
    Moved,
}

/// <summary>What a decision against a release opens. One incident a release: deciding twice opens it once.</summary>
internal sealed record Incident
{
    public required BundleVersion Version { get; init; }

    public required IncidentState State { get; init; }

    /// <summary>The decision's reason, as written when it was taken.</summary>
    public required string Reason { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>Where the channels went.</summary>
    public ImmutableArray<ChannelMove> Moves { get; init; } = [];
}

/// <param name="Channel">The channel that moved.</param>
/// <param name="Target">What it points at now; null is the bundle inside the app.</param>
internal sealed record ChannelMove(ChannelName Channel, BundleVersion? Target = null);
