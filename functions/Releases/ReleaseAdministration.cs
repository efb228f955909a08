using System.Text.Json;
using Microsoft.Extensions.Options;
using Serverless.Apps;
using Serverless.Channels;
using Serverless.Management;
using Serverless.Outcomes;
using Serverless.Rollbacks;

namespace Serverless.Releases;

/// <summary>Shows releases to people. Reads the catalog itself: people expect to see what they just changed.</summary>
internal sealed class ReleaseAdministration(ReleaseCatalog catalog, OutcomeStore outcomes, ReleaseTrial trial, IOptions<RollbackOptions> options)
{
    // Enough of a digest to tell any two states apart.
    private const int TagLength = 32;

    /// <summary>
    /// Identifies what a release is at present and where the app's channels stand, so that whoever was shown what an act would do gets that and nothing
    /// else done.
    /// </summary>
    public static string Tag(Release release, IEnumerable<Channel> channels) => Sha256Digest.Of(
    [
        .. JsonSerializer.SerializeToUtf8Bytes(release, PipelineJson.Default.Release),
        .. channels.OrderBy(channel => channel.Id).SelectMany(channel => JsonSerializer.SerializeToUtf8Bytes(channel, PipelineJson.Default.Channel)),
    ]).Hex[..TagLength];

    /// <summary>Costs two queries, however many releases there are.</summary>
    public async Task<ReleaseList> ListAsync(AppId app, Page page, CancellationToken cancellation)
    {
        var channels = await catalog.ListChannelsAsync(app, cancellation);
        var found = await catalog.ListReleasesAsync(app, page.AfterNumber, page.Limit + 1, cancellation).Take(page.Limit + 1).ToListAsync(cancellation);
        var (shown, next) = page.Cut(found, release => Page.Next(release.Sequence));
        return new ReleaseList([.. shown.Select(release => ListedRelease.Of(release, channels))], next);
    }

    /// <summary>Costs a fixed number of reads, however many devices there are.</summary>
    /// <returns>The release with its tag, or null when there is none.</returns>
    public async Task<(ReleaseDescription Release, string Tag)?> FindAsync(AppId app, BundleVersion version, CancellationToken cancellation)
    {
        if (await catalog.FindReleaseAsync(app, version, cancellation) is not { } release)
        {
            return null;
        }

        var channels = await catalog.ListChannelsAsync(app, cancellation);
        var tally = await outcomes.TallyAsync(app, version, cancellation);
        var evidence = EvidenceDescription.Of(await trial.ReadAsync(app, version, channels, tally, cancellation), options.Value);
        return (ReleaseDescription.Of(release, channels, tally, evidence), Tag(release, channels));
    }
}
