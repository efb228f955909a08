using System.Collections.Immutable;
using Serverless.Apps;
using Serverless.Channels;
using Serverless.Devices;
using Serverless.Releases;
using Serverless.Reports;
using Serverless.Rollouts;
using Serverless.Updates;

namespace Serverless.Outcomes;

/// <summary>Finds the release each event is about, and the controls that it counts for.</summary>
internal sealed class EvidenceAttribution(ReleaseCatalog catalog, AppSnapshots snapshots, OutcomeStore outcomes, Pepper pepper)
{
    // A channel that has just moved on may still get reports about what it pointed at before.
    private const int HistoryLookedAt = 3;

    // Each costs a read, and anybody may report a failure that names nothing.
    private const int MaxCandidates = 64;

    /// <returns>The votes by what they count for; events about nothing we ever published are left out.</returns>
    public async Task<ILookup<TallyKey, Vote>> AttributeAsync(IEnumerable<DeviceEvidence> events, CancellationToken cancellation)
    {
        var votes = new List<(TallyKey TallyKey, Vote Vote)>();
        var known = new Dictionary<TallyKey, bool>();
        var channels = new Dictionary<AppId, ImmutableArray<Channel>>();
        foreach (var item in events)
        {
            if (!AppId.TryParse(item.App, out var app) || !DevicePseudonym.TryParse(item.Device, out var device)
                || await FindVersionAsync(app, device, item.Version, cancellation) is not { } version)
            {
                continue;
            }

            // From memory where this instance answers checks of the app, because every launch of every device is reported and an app's catalog is one partition.
            var release = new TallyKey(app, version);
            var snapshot = snapshots.FindRecent(app);
            if (!known.TryGetValue(release, out var exists))
            {
                known[release] = exists = snapshot?.Release(version) is not null || await catalog.FindReleaseAsync(app, version, cancellation) is not null;
            }

            if (exists)
            {
                var vote = new Vote(device, item.Kind, item.Action, item.At, item.Cells, item.Network);
                votes.Add((release with { Control = item.Control }, vote));
                if (!channels.TryGetValue(app, out var leading))
                {
                    channels[app] = leading = snapshot?.Channels.Values ?? await catalog.ListChannelsAsync(app, cancellation);
                }

                votes.AddRange(FindControls(release, leading, item, device).Select(control => (control, vote)));
            }
        }

        return votes.ToLookup(item => item.TallyKey, item => item.Vote);
    }

    /// <returns>The release that is named, or when none is, the one that the device was offered last.</returns>
    public async Task<BundleVersion?> FindVersionAsync(AppId app, DevicePseudonym device, string? named, CancellationToken cancellation) => named is null
        ? await FindLastOfferAsync(app, device, cancellation)
        : BundleVersion.TryParse(named, out var version) ? version : null;

    // Reports do not tell their channel; a device counts for the controls in which it was seen.
    private IEnumerable<TallyKey> FindControls(TallyKey release, ImmutableArray<Channel> channels, DeviceEvidence item, DevicePseudonym device) =>
        item.Kind is VoteKind.Good or VoteKind.Failed or VoteKind.Crashed
            ? channels
                .Where(channel => channel.Target == release.Version && channel.Rollout is { ControlShare: > 0 } rollout && new Cohorts(rollout, pepper).IsControl(device))
                .Select(channel => release with { Control = channel.Rollout!.Id })
                .Distinct()
            : [];

    // The plugin says only that something failed: what the device was offered last is meant, also when the event comes a second time. Of an app with many
    // channels, what those lead to that devices follow by themselves comes first, and what is beyond the limit is not found.
    private async Task<BundleVersion?> FindLastOfferAsync(AppId app, DevicePseudonym device, CancellationToken cancellation)
    {
        var snapshot = await snapshots.GetAsync(app);
        var candidates = (snapshot.Pins.GetValueOrDefault(device)?.Version is { } pinned ? [pinned] : Array.Empty<BundleVersion>())
            .Concat(snapshot.Watched)
            .Concat(snapshot.Channels.Values.OrderBy(channel => channel.Public ? 0 : channel.Id)
                .SelectMany(channel => channel.Destinations().Concat(channel.History.Take(HistoryLookedAt))))
            .Distinct()
            .Take(MaxCandidates);
        var offers = await Task.WhenAll(candidates.Select(async version => (Version: version, Outcome: await outcomes.FindAsync(app, version, device, cancellation))));
        return offers.Where(offer => offer.Outcome.Offered).OrderByDescending(offer => offer.Outcome.OfferedAt).Select(offer => (BundleVersion?)offer.Version).FirstOrDefault();
    }
}
