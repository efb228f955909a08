using Serverless.Apps;
using Serverless.Releases;
using Serverless.Storage;

namespace Serverless.Audits;

/// <summary>
/// Recomputes, from storage and public keys alone, everything that can be: each ledger and its seals, each row that the ledger tells of, each
/// blob that is served and each signature. Stops at the first that does not match. Memory grows with apps, releases and channels only.
/// </summary>
internal sealed class Audit(IAuditSource source, AuditKeys keys, string tempFolder, Action<string, AuditTally>? progress = null)
{
    // A change while the app is read looks like a mismatch; an app that is changed all the time is looked at this often.
    private const int MaxAttempts = 5;

    private readonly AuditTally _tally = new();

    /// <param name="only">One app; all of them, and the acts that belong to none, when null.</param>
    /// <param name="cancellation">Stops between rows and blobs.</param>
    public async Task<AuditReport> RunAsync(AppId? only, CancellationToken cancellation)
    {
        foreach (var chain in only is { } app ? [app.Value] : await ListChainsAsync(cancellation))
        {
            progress?.Invoke(chain, _tally);
            if (await FindLastingDefectAsync(chain, cancellation) is { } defect)
            {
                return new AuditReport(Holds: false, defect, chain, keys.Origin, _tally);
            }

            _tally.Ledgers++;
        }

        return new AuditReport(Holds: true, Mismatch: null, App: null, keys.Origin, _tally);
    }

    /// <summary>Apps that have a row or a seal: whoever removes all rows of an app leaves its seals.</summary>
    private async Task<IEnumerable<string>> ListChainsAsync(CancellationToken cancellation)
    {
        var chains = new SortedSet<string>(StringComparer.Ordinal);
        await foreach (var partition in source.ListPartitionsAsync(cancellation))
        {
            chains.Add(partition);
        }

        await foreach (var seal in source.ListBlobsAsync(Containers.Seals, "", cancellation))
        {
            chains.Add(seal.Split('/')[0]);
        }

        return chains;
    }

    private async Task<string?> FindLastingDefectAsync(string chain, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var seals = await source.ListBlobsAsync(Containers.Seals, SealBlobs.Folder(chain), cancellation).ToListAsync(cancellation);
            var state = await ReadStateAsync(chain, cancellation);
            var defect = state is null
                ? "The app's row is missing or not readable."
                : await FindDefectAsync(chain, seals, state, cancellation);
            if (defect is null || attempt == MaxAttempts || (await ReadStateAsync(chain, cancellation))?.Revision == state?.Revision)
            {
                return defect;
            }
        }
    }

    private async Task<string?> FindDefectAsync(string chain, IReadOnlyList<string> seals, AppState state, CancellationToken cancellation)
    {
        var facts = new LedgerFacts();
        if (await new LedgerAudit(source, keys, _tally).FindDefectAsync(chain, seals, state, facts, cancellation) is { } defect)
        {
            return defect;
        }

        return AppId.TryParse(chain, out var app)
            ? await FindDefectAsync(app, facts, state, cancellation) ?? await new AppRowsAudit(source, _tally).FindDefectAsync(chain, facts, cancellation)
            : null;
    }

    private async Task<string?> FindDefectAsync(AppId app, LedgerFacts facts, AppState state, CancellationToken cancellation)
    {
        var rows = new ReleaseAudit(facts);
        var blobs = new BlobAudit(source, keys, _tally, tempFolder);
        await foreach (var row in source.ReadRowsAsync(app.Value, CatalogKeys.ReleasePrefix, cancellation))
        {
            if (AuditRows.Read(row, PipelineJson.Default.Release) is not { } release)
            {
                return $"The row '{row.RowKey}' is not a release as this server writes it.";
            }

            if (rows.FindDefect(row.RowKey, release) is { } told)
            {
                return told;
            }

            progress?.Invoke($"{app} {release.Version}", _tally);
            _tally.Releases++;
            if (release.CollectedAt is not null)
            {
                continue;
            }

            if (await blobs.FindDefectAsync(app, release, cancellation) is { } served)
            {
                return served;
            }
        }

        await foreach (var row in source.ReadRowsAsync(app.Value, CatalogKeys.SummaryPrefix, cancellation))
        {
            if (rows.FindDefect(row.RowKey, AuditRows.Read(row, PipelineJson.Default.ReleaseSummary)) is { } listed)
            {
                return listed;
            }
        }

        return rows.FindMissing(state);
    }

    private async Task<AppState?> ReadStateAsync(string chain, CancellationToken cancellation) =>
        await source.ReadRowsAsync(chain, CatalogKeys.App, cancellation).FirstOrDefaultAsync(row => row.RowKey == CatalogKeys.App, cancellation) is { } row
            ? AuditRows.ReadState(row)
            : null;
}
