using Microsoft.Extensions.Options;
using Serverless.Apps;
using Serverless.Errors;
using Serverless.Outcomes;
using Serverless.Releases;

namespace Serverless.Retention;

/// <summary>Forgets what devices did with releases that were collected long ago. Statistics have a retention of their own, by time. Run again, it goes on.</summary>
internal sealed class EvidenceCollection(ReleaseCatalog catalog, OutcomeStore outcomes, ErrorGroups errors, IOptions<RetentionOptions> options, TimeProvider time)
{
    // Nobody remembers what was forgotten, so a release is looked at for this long, and then no more.
    private static readonly TimeSpan Attempts = TimeSpan.FromDays(14);

    // Rows of one run.
    private const int MaxForgotten = 100_000;

    public async Task RunAsync(AppId app, CancellationToken cancellation)
    {
        var due = time.GetUtcNow() - options.Value.KeepEvidence;
        var left = MaxForgotten;
        await foreach (var release in catalog.ReadReleasesAsync(app, cancellation).Where(release => release.CollectedAt <= due && release.CollectedAt > due - Attempts))
        {
            left -= await outcomes.ForgetAsync(app, release.Version, left, cancellation);
            await errors.ForgetAsync(app, release.Version, cancellation);
            if (left <= 0)
            {
                return;
            }
        }
    }
}
