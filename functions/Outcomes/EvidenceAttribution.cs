using Serverless.Apps;
using Serverless.Devices;
using Serverless.Releases;
using Serverless.Reports;
using Serverless.Updates;

namespace Serverless.Outcomes;

/// <summary>Finds the release each event is about.</summary>
internal sealed class EvidenceAttribution(ReleaseCatalog catalog, AppSnapshots snapshots, OutcomeStore outcomes)
{
    // A channel that has just moved on may still get reports about what it pointed at before.
    private const int HistoryLookedAt = 3;

    /// <returns>The votes by app and release; events about nothing we ever published are left out.</returns>
    public async Task<ILookup<(AppId App, BundleVersion Version), Vote>> AttributeAsync(IEnumerable<DeviceEvidence> events, CancellationToken cancellation)
    {
        var votes = new List<((AppId, BundleVersion) Release, Vote Vote)>();
        var known = new Dictionary<(AppId, BundleVersion), bool>();
        foreach (var item in events)
        {
            if (!AppId.TryParse(item.App, out var app) || !DevicePseudonym.TryParse(item.Device, out var device)
                || await FindVersionAsync(app, device, item.Version, cancellation) is not { } version)
            {
                continue;
            }

            var release = (app, version);
            if (!known.TryGetValue(release, out var exists))
            {
                known[release] = exists = await catalog.FindReleaseAsync(app, version, cancellation) is not null;
            }

            if (exists)
            {
                votes.Add((release, new Vote(device, item.Kind, item.Action, item.At)));
            }
        }

        return votes.ToLookup(item => item.Release, item => item.Vote);
    }

    private async Task<BundleVersion?> FindVersionAsync(AppId app, DevicePseudonym device, string? named, CancellationToken cancellation) => named is null
        ? await FindLastOfferAsync(app, device, cancellation)
        : BundleVersion.TryParse(named, out var version) ? version : null;

    // The plugin says only that something failed: what the device was offered last is meant, also when the event comes a second time.
    private async Task<BundleVersion?> FindLastOfferAsync(AppId app, DevicePseudonym device, CancellationToken cancellation)
    {
        var snapshot = await snapshots.GetAsync(app);
        var candidates = snapshot.Channels.Values
            .SelectMany(channel => channel.History.Take(HistoryLookedAt).Append(channel.Target ?? default))
            .Where(version => version != default)
            .Distinct();
        var offers = await Task.WhenAll(candidates.Select(async version => (Version: version, Outcome: await outcomes.FindAsync(app, version, device, cancellation))));
        return offers.Where(offer => offer.Outcome.Offered).OrderByDescending(offer => offer.Outcome.OfferedAt).Select(offer => (BundleVersion?)offer.Version).FirstOrDefault();
    }
}
