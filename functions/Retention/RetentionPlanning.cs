using Microsoft.Extensions.Options;
using Serverless.Apps;
using Serverless.Management;
using Serverless.Releases;

namespace Serverless.Retention;

/// <summary>Tells people what a run would collect, by the rule that the run goes by.</summary>
internal sealed class RetentionPlanning(ReleaseCatalog catalog, HoldingsReading holdings, IOptions<RetentionOptions> options, TimeProvider time)
{
    public async Task<RetentionPlan> ReadAsync(AppId app, Page page, CancellationToken cancellation)
    {
        var state = await catalog.ReadAppAsync(app, cancellation);
        var fates = RetentionRule.Judge(await holdings.ReadAsync(app, state, cancellation), options.Value, time.GetUtcNow());
        var going = fates.Where(fate => fate.Stays is null).Select(fate => fate.Release).ToArray();
        var behind = fates.Where(fate => page.AfterNumber is not { } after || fate.Release.Sequence < after).Take(page.Limit + 1).ToArray();
        var (shown, next) = page.Cut(behind, fate => Page.Next(fate.Release.Sequence));
        return new RetentionPlan(
            options.Value.Collect,
            going.Length,
            going.Sum(release => release.Zip.Size),
            fates.Length - going.Length,
            [.. shown.Select(fate => Describe(fate.Release, fate.Stays))],
            next);
    }

    private static PlannedRelease Describe(Release release, string? stays) =>
        new(release.Version.Value, release.Sequence, release.CreatedAt, release.Zip.Size, stays is not null, stays);
}
