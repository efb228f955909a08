using Serverless.Ledger;
using Serverless.Releases;
using Serverless.Storage;

namespace Serverless.Audits;

/// <summary>Holds the catalog's rows against what the ledger tells. Pure.</summary>
internal sealed class ReleaseAudit(LedgerFacts facts)
{
    private readonly HashSet<string> _versions = [];
    private readonly HashSet<long> _sequences = [];
    private readonly Dictionary<string, ReleaseSummary> _summaries = [];

    /// <param name="rowKey">Of the release's row.</param>
    /// <param name="release">As read.</param>
    /// <returns>What is wrong, as a sentence, or null when nothing is.</returns>
    public string? FindDefect(string rowKey, Release release)
    {
        var version = release.Version;
        _versions.Add(version.Value);
        _summaries[CatalogKeys.Summary(release.Sequence)] = ReleaseSummary.Of(release);
        if (rowKey != CatalogKeys.Release(version) || !_sequences.Add(release.Sequence))
        {
            return $"The row '{rowKey}' is that of another release, or shares sequence {release.Sequence} with one.";
        }

        if (!IsTold(LedgerKind.BundleAccepted, release, [ReleaseEntries.Accepted(release, "")])
            || !IsTold(LedgerKind.BundleWarned, release, ReleaseEntries.Warned(release, "") is { } warned ? [warned] : [])
            || !IsTold(LedgerKind.ReleasePublished, release, [ReleaseEntries.Published(release, "")]))
        {
            return $"The row '{rowKey}' is not the release that the ledger says was accepted and published.";
        }

        if (!IsTold(LedgerKind.BundleSigned, release, release.SignedForms.Select(form => ReleaseEntries.Signed(release, form, ""))))
        {
            return $"The row '{rowKey}' carries other signed forms than the ledger says were signed.";
        }

        if (facts.Collected(version) != (release.CollectedAt is null ? null : ReleaseEntries.Collected(release, "").Why))
        {
            return $"The row '{rowKey}' and the ledger disagree on whether {version} was collected, or when.";
        }

        return facts.Why(LedgerKind.ReleaseWithdrawn, version).LastOrDefault() == release.WithdrawnBecause && facts.Paused(version) == release.PausedBecause
            ? null
            : $"The row '{rowKey}' and the ledger disagree on whether {version} was withdrawn or paused, or why.";
    }

    /// <summary>Once every release was seen.</summary>
    /// <param name="rowKey">Of the row by which a release is listed.</param>
    /// <param name="summary">As read; null when it is not readable.</param>
    public string? FindDefect(string rowKey, ReleaseSummary? summary) => !_summaries.Remove(rowKey, out var expected)
        ? $"The row '{rowKey}' lists a release whose own row is missing."
        : expected == summary ? null : $"The row '{rowKey}' lists a release otherwise than its own row tells.";

    /// <summary>Once every row was seen.</summary>
    /// <param name="state">Of the app.</param>
    public string? FindMissing(AppState state)
    {
        if (facts.Published.FirstOrDefault(version => !_versions.Contains(version)) is { } missing)
        {
            return $"The row of release {missing} is missing; the ledger says that it was published.";
        }

        if (_summaries.Keys.FirstOrDefault() is { } unlisted)
        {
            return $"The row '{unlisted}' is missing, by which a release is listed.";
        }

        return _sequences.Concat([0]).Max() == state.Sequence && facts.Channels.Count == state.ChannelCount
            ? null
            : "The app's row counts other releases or channels than the ledger.";
    }

    private bool IsTold(string kind, Release release, IEnumerable<LedgerEntry> expected) =>
        facts.Why(kind, release.Version).Order(StringComparer.Ordinal).SequenceEqual(expected.Select(entry => entry.Why).Order(StringComparer.Ordinal));
}
