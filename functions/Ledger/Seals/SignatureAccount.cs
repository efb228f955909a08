using Microsoft.Extensions.Logging;
using Serverless.Apps;
using Serverless.Releases;

namespace Serverless.Ledger.Seals;

/// <summary>
/// Holds what the ledger says was signed against what releases carry. Each new <c>bundle.signed</c> row must be the form of one key of its
/// release, and each form must have its row.
/// </summary>
internal sealed partial class SignatureAccount(ReleaseCatalog catalog, ILogger<SignatureAccount> logger)
{
    /// <param name="chain">The app; other chains sign no releases.</param>
    /// <param name="signed">Rows of the kind <see cref="LedgerKind.BundleSigned"/>, complete for each release that was published among them.</param>
    /// <param name="cancellation">Gives up between releases.</param>
    /// <returns>Forms without a row and rows without a form.</returns>
    public async Task<int> CountUnaccountedAsync(string chain, IReadOnlyList<LedgerDocument> signed, CancellationToken cancellation)
    {
        if (!AppId.TryParse(chain, out var app))
        {
            return signed.Count;
        }

        var total = 0;
        foreach (var rows in signed.GroupBy(row => row.Subject))
        {
            var release = BundleVersion.TryParse(rows.Key, out var version) ? await catalog.FindReleaseAsync(app, version, cancellation) : null;
            var unaccounted = CountUnaccounted(release, rows);
            total += unaccounted;
            if (unaccounted > 0)
            {
                LogUnaccounted(unaccounted, rows.Key, chain);
            }
        }

        return total;
    }

    public static int CountUnaccounted(Release? release, IEnumerable<LedgerDocument> signed)
    {
        string[] forms = [.. release?.SignedForms.Select(form => ReleaseEntries.Signed(release, form, "").Why) ?? []];
        string[] rows = [.. signed.Select(row => row.Why)];
        var unsigned = rows.Except(forms).Count();

        // Rows of forms that were added for a later key come without those of the publication, which were held against the release then.
        return forms.Length > 0 && !rows.Contains(forms[0]) ? unsigned : unsigned + forms.Except(rows).Count();
    }

    [LoggerMessage(LogLevel.Error, "{Count} signatures on which the ledger and the release {Version} of {Chain} disagree.")]
    private partial void LogUnaccounted(int count, string version, string chain);
}
