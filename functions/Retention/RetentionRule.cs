using System.Collections.Immutable;
using Serverless.Channels;
using Serverless.Releases;
using Serverless.Rollbacks;

namespace Serverless.Retention;

/// <summary>
/// Which releases go: those that no channel, pin, incident, approval or way back needs, that are not among the newest and that are old enough. Pure; the plan
/// that people are shown and the collection itself are both this.
/// </summary>
internal static class RetentionRule
{
    /// <returns>Every release that is not collected yet, newest first.</returns>
    public static ImmutableArray<ReleaseFate> Judge(Holdings app, RetentionOptions options, DateTimeOffset now)
    {
        var releases = app.Releases.Where(release => release.CollectedAt is null).ToDictionary(release => release.Version);
        var needed = new Dictionary<BundleVersion, string>();
        foreach (var (version, why) in Needs(app, releases, options.KeepTargets))
        {
            needed.TryAdd(version, why);
        }

        // A recovery searches on its own, and may find any earlier release.
        var recovery = app.Incidents.FirstOrDefault(incident => incident.IsUnderWay);
        return
        [
            .. releases.Values.OrderByDescending(release => release.Sequence).Select((release, place) => new ReleaseFate(
                release,
                needed.GetValueOrDefault(release.Version)
                ?? (recovery is not null ? $"The recovery from {recovery.Version} may go back to it."
                    : place < options.KeepReleases ? $"It is one of the newest {options.KeepReleases}."
                    : now - release.CreatedAt < options.Grace ? $"It is younger than {options.Grace.TotalDays:0.#} days."
                    : null))),
        ];
    }

    private static IEnumerable<(BundleVersion Version, string Why)> Needs(Holdings app, Dictionary<BundleVersion, Release> releases, int targets)
    {
        foreach (var channel in app.Channels)
        {
            foreach (var version in channel.Destinations())
            {
                yield return (version, $"Channel {channel.Name} leads devices to it.");
            }
        }

        foreach (var pin in app.Pins)
        {
            if (pin.Version is { } version)
            {
                yield return (version, "A device is pinned to it.");
            }
        }

        // A release that is not what was signed is no way back, and is evidence.
        var suspects = app.Incidents.Where(incident => incident is { Kind: IncidentKind.Verification, State: not IncidentState.Resolved })
            .Select(incident => incident.Version).ToHashSet();
        foreach (var channel in app.Channels)
        {
            foreach (var version in channel.Destinations().SelectMany(led => Targets(channel, led, releases, suspects, targets)))
            {
                yield return (version, $"Channel {channel.Name} may go back to it.");
            }
        }

        foreach (var incident in app.Incidents.Where(incident => incident.State is not IncidentState.Resolved))
        {
            foreach (var version in incident.Plan.Concat(incident.Moves).Select(move => move.Target).Append(incident.Ordered).Append(incident.Version).OfType<BundleVersion>())
            {
                yield return (version, $"The incident of {incident.Version} is not resolved.");
            }
        }

        foreach (var request in app.Approvals.Where(request => request is { Declined: null, UsedAt: null }))
        {
            yield return (request.Version, $"It waits for approvals to come to channel {request.Channel}.");
        }
    }

    /// <summary>What a recovery from the release would try first, by the recovery's own objections.</summary>
    private static IEnumerable<BundleVersion> Targets(
        Channel channel, BundleVersion led, Dictionary<BundleVersion, Release> releases, HashSet<BundleVersion> suspects, int count)
    {
        var earlier = TargetSearch.Earlier(channel).Where(version => version != led).Distinct();
        return releases.TryGetValue(led, out var bad)
            ? earlier.Where(version => releases.TryGetValue(version, out var candidate)
                && !suspects.Contains(version)
                && TargetSearch.FindObjection(bad, candidate, isOrdered: false) is null).Take(count)
            : earlier;
    }
}
