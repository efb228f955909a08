using System.Collections.Immutable;
using Serverless.Apps;
using Serverless.Devices;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Updates;

namespace Serverless.Notices;

/// <summary>Finds the notices that a viewer should see. Writes nothing.</summary>
internal sealed class NoticeReading(NoticeCache cache, AppSnapshots snapshots, OutcomeStore outcomes, TimeProvider time)
{
    // Bounds what one anonymous call can cost.
    private const int MaxLookups = 10;

    /// <summary>Open notices of the viewer's, newest first. Where it names its device, one read for each withdrawn release of which notices are open.</summary>
    /// <param name="viewer">Who asks.</param>
    /// <param name="network">Where from.</param>
    /// <param name="languages">What they want to read, the dearest first.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<ImmutableArray<NoticeView>> ReadAsync(
        NoticeViewer viewer, NetworkTag? network, IReadOnlyCollection<string> languages, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        Notice[] open = [.. (await ListAsync(viewer.App, network)).Where(notice => notice.StateAt(now) is not NoticeState.Closed)];
        var exposures = await FindExposuresAsync(viewer, open, cancellation);
        return [.. open.Where(notice => notice.Audience.Includes(viewer, exposures)).Select(notice => NoticeView.Of(notice, languages, now))];
    }

    /// <summary>All notices, newest first, of an app that need not exist: one that does not has none, and costs no read of them.</summary>
    public async Task<ImmutableArray<Notice>> ListAsync(AppId app, NetworkTag? network) => (await snapshots.GetAsync(app, network)).Exists
        ? [.. (await cache.GetAsync(app)).OrderByDescending(notice => notice.CreatedAt).ThenBy(notice => notice.Id, StringComparer.Ordinal)]
        : [];

    private async Task<Dictionary<BundleVersion, DeviceCells>> FindExposuresAsync(NoticeViewer viewer, Notice[] open, CancellationToken cancellation)
    {
        if (viewer.Device is not { } device)
        {
            return [];
        }

        var releases = open.Select(notice => notice.Audience).Where(audience => audience.NeedsRecord(viewer)).Select(audience => audience.ExposedTo).OfType<BundleVersion>().Distinct().Take(MaxLookups);
        var found = await Task.WhenAll(releases.Select(async release =>
            (Release: release, Outcome: await outcomes.FindAsync(viewer.App, release, device, cancellation))));
        return found.Where(record => record.Outcome.Exposed).ToDictionary(record => record.Release, record => record.Outcome.Cells);
    }
}
