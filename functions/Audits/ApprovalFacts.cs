using Serverless.Approvals;
using Serverless.Ledger;

namespace Serverless.Audits;

/// <summary>What the ledger tells of the approvals for one release on one channel: who agreed to what, counted anew.</summary>
internal sealed class ApprovalFacts
{
    private readonly Dictionary<string, ApprovalTerms> _given = new(StringComparer.Ordinal);
    private ApprovalTerms? _lifted;

    /// <summary>Of the stored row, as the last entry tells it.</summary>
    public string? RowDigest { get; private set; }

    /// <returns>False when the entry's words cannot be read back.</returns>
    public bool Apply(LedgerDocument entry)
    {
        RowDigest = Ledger.RowDigest.In(entry.Why);
        var terms = ApprovalTerms.Parse(entry.Why);
        switch (entry.Kind)
        {
            case LedgerKind.ApprovalGiven when terms is not null:
                _given[entry.Actor] = terms;
                break;
            case LedgerKind.ApprovalBreakGlass when terms is not null:
                _lifted = terms;
                break;
            case LedgerKind.ApprovalWithdrawn:
                _given.Remove(entry.Actor);
                break;
            case LedgerKind.ApprovalVoided or LedgerKind.ApprovalDeclined:
                _given.Clear();
                _lifted = null;
                break;
            case LedgerKind.ApprovalGiven or LedgerKind.ApprovalBreakGlass:
                return false;
        }

        return RowDigest is not null;
    }

    /// <summary>
    /// Whether as many approvers as the policy requires have agreed to the share, all of them to the same bytes, or somebody lifted the need. Expiry
    /// is not looked at again: what was granted in time outlives it.
    /// </summary>
    public bool Covers(ApprovalPolicy policy, int percent) => IsUnder(_lifted, policy, percent)
        || _given.Where(given => policy.Names(given.Key) && IsUnder(given.Value, policy, percent)).GroupBy(given => given.Value.Sha256).Any(same => same.Count() >= policy.Required);

    private static bool IsUnder(ApprovalTerms? terms, ApprovalPolicy policy, int percent) => terms is not null && terms.Policy == policy.Number && terms.Percent >= percent;
}
