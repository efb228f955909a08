using System.Collections.Immutable;
using Serverless.Approvals;
using Serverless.Channels;
using Serverless.Releases;
using Serverless.Rollbacks;
using Serverless.Rollouts;

namespace Serverless.Retention;

/// <summary>The releases of an app and everything that may lead a device to one.</summary>
internal sealed record Holdings
{
    /// <summary>Of the app, read before all the rest: while it is the same, so is everything here.</summary>
    public required long Revision { get; init; }

    /// <summary>Collected ones too.</summary>
    public required ImmutableArray<Release> Releases { get; init; }

    public ImmutableArray<Channel> Channels { get; init; } = [];

    public ImmutableArray<Pin> Pins { get; init; } = [];

    public ImmutableArray<Incident> Incidents { get; init; } = [];

    public ImmutableArray<ApprovalRequest> Approvals { get; init; } = [];

    /// <summary>The releases that devices are led to, by channels or pins.</summary>
    public IReadOnlySet<BundleVersion> Led() =>
        Channels.SelectMany(channel => channel.Destinations()).Concat(Pins.Select(pin => pin.Version).OfType<BundleVersion>()).ToHashSet();

    /// <summary>Once these releases were committed, and nothing else.</summary>
    public Holdings After(ImmutableArray<Release> collected)
    {
        var versions = collected.Select(release => release.Version).ToHashSet();
        return this with { Revision = Revision + 1, Releases = [.. Releases.Where(release => !versions.Contains(release.Version)), .. collected] };
    }
}
