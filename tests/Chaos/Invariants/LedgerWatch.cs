using Azure;
using Serverless.Ledger;
using Serverless.Tests.Support;

namespace Serverless.Chaos.Invariants;

/// <summary>Reads the app's ledger again and again: it is a chain, it only grows, and nothing is in it twice that happens once.</summary>
internal sealed class LedgerWatch(StoredState storage, Violations violations)
{
    // Cells of a fleet of this kind are not withdrawn alone and then widened without being reopened.
    private static readonly string[] Once = [LedgerKind.ReleasePublished, LedgerKind.ReleaseWithdrawn, LedgerKind.BundleAccepted];

    private IReadOnlyList<string> _hashes = [];

    /// <summary>The entries as last read.</summary>
    public IReadOnlyList<LedgerDocument> Entries { get; private set; } = [];

    public IEnumerable<string> Of(string kind) => Entries.Where(entry => entry.Kind == kind).Select(entry => entry.Subject);

    public async Task LookAsync()
    {
        try
        {
            var rows = await storage.ReadChainAsync(ChaosRun.App);
            if (!rows.Take(_hashes.Count).Select(row => row.Hash).SequenceEqual(_hashes))
            {
                violations.Add($"the ledger is not what it was when it had {_hashes.Count} rows");
            }

            _hashes = [.. rows.Select(row => row.Hash)];
            Entries = [.. rows.Select(row => row.Read())];
        }
        catch (InvalidDataException e)
        {
            violations.Add($"the ledger's chain is broken: {e.Message}");
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException)
        {
            return;
        }

        foreach (var kind in Once)
        {
            foreach (var twice in Of(kind).CountBy(subject => subject).Where(subject => subject.Value > 1))
            {
                violations.Add($"{kind} {twice.Key} is in the ledger {twice.Value} times");
            }
        }
    }
}
