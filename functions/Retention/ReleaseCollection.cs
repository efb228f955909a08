using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serverless.Apps;
using Serverless.Releases;

namespace Serverless.Retention;

/// <summary>
/// Marks the releases of an app that nothing needs as collected, each with its ledger entry, in transactions that only succeed while everything they were
/// judged by is as it was. No byte is touched: <see cref="BlobCollection"/> removes those later.
/// </summary>
internal sealed partial class ReleaseCollection(
    ReleaseCatalog catalog, HoldingsReading holdings, IOptions<RetentionOptions> options, TimeProvider time, ILogger<ReleaseCollection> logger)
{
    private const string Actor = "retention";

    // Three rows a release, of a transaction's hundred.
    private const int MaxAtOnce = 30;

    // The first run of an old app must not keep its writers waiting for long.
    private const int MaxTransactions = 40;

    /// <returns>How many were collected.</returns>
    public async Task<int> RunAsync(AppId app, CancellationToken cancellation)
    {
        Holdings? known = null;
        var count = 0;
        for (var transaction = 0; transaction < MaxTransactions; transaction++)
        {
            ImmutableArray<Release> collected = [];
            var isCommitted = await catalog.ChangeAsync(
                app,
                async (state, token) =>
                {
                    known = known?.Revision == state.Revision ? known : await holdings.ReadAsync(app, state, token);
                    var now = time.GetUtcNow();
                    collected =
                    [
                        .. RetentionRule.Judge(known, options.Value, now).Reverse().Where(fate => fate.Stays is null).Take(MaxAtOnce)
                            .Select(fate => fate.Release with { CollectedAt = now }),
                    ];
                    return collected.IsEmpty ? null : new CatalogChange
                    {
                        Releases = collected,
                        Ledger = [.. collected.Select(release => ReleaseEntries.Collected(release, Actor))],
                    };
                },
                cancellation);
            if (!isCommitted)
            {
                break;
            }

            known = known!.After(collected);
            count += collected.Length;
        }

        if (count > 0)
        {
            LogCollected(count, app);
        }

        return count;
    }

    [LoggerMessage(LogLevel.Information, "Collected {Count} releases of {App} that nothing needs.")]
    private partial void LogCollected(int count, AppId app);
}
