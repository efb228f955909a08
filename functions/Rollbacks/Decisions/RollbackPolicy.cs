using Serverless.Devices;

namespace Serverless.Rollbacks.Decisions;

/// <summary>
/// Decides whether a release fails more often than what it replaces, by an anytime-valid test on the number of exposed devices and of those
/// that failed. A release that is no worse than its control is halted with probability α at most, over its whole life and however often it is looked at;
/// how that is shared between the fleet and its cells is <see cref="ErrorBudget"/>. Pure: the same evidence gives the same decision.
/// </summary>
internal static class RollbackPolicy
{
    public static RollbackDecision Decide(ReleaseEvidence evidence, RollbackOptions options)
    {
        var withdrawn = WithdrawnKind(evidence);
        var remaining = Remaining(evidence);
        var overall = Judgement.Of(remaining, ErrorBudget.Overall(options.Alpha), options);
        if (!options.Enabled)
        {
            return new RollbackDecision(RollbackAction.None, $"{DecisionReason.Of(overall)} Protection is switched off.");
        }

        var suspect = Suspects.Find(remaining, overall, Testable(evidence, withdrawn), options);
        if (suspect is null && !overall.Rejects)
        {
            return new RollbackDecision(RollbackAction.None, DecisionReason.OfNone(overall, options));
        }

        var isBarred = evidence.BarredFromGoingBack is not null || options.Action is RollbackAction.Pause;
        return new RollbackDecision(
            isBarred ? RollbackAction.Pause : RollbackAction.Rollback, DecisionReason.Of(suspect, overall, evidence, options), suspect?.Cell);
    }

    /// <summary>What is left of the fleet without the cells that the release was taken from before.</summary>
    public static ArmEvidence Remaining(ReleaseEvidence evidence) => evidence.All - Sum(evidence, WithdrawnKind(evidence));

    /// <summary>
    /// Withdrawn cells of different kinds overlap, and what they share is not known. Those of one kind are left out, of the kind
    /// that leaves the fewest failures: a release that still fails then goes everywhere, which for one that was bad in two ways is the safe side.
    /// </summary>
    private static CellKind? WithdrawnKind(ReleaseEvidence evidence) => evidence.Withdrawn
        .GroupBy(cell => cell.Kind, cell => evidence.Cells.GetValueOrDefault(cell)?.Candidate.Failed ?? 0)
        .OrderByDescending(kind => kind.Sum())
        .ThenBy(kind => kind.Key)
        .Select(kind => (CellKind?)kind.Key)
        .FirstOrDefault();

    private static ArmEvidence Sum(ReleaseEvidence evidence, CellKind? kind) => evidence.Cells
        .Where(cell => cell.Key.Kind == kind && evidence.Withdrawn.Contains(cell.Key))
        .Aggregate(new ArmEvidence(), (sum, cell) => sum + cell.Value);

    /// <summary>After a withdrawal only cells of the same kind, because the others hold withdrawn devices; the largest, when there are too many.</summary>
    private static IEnumerable<KeyValuePair<Cell, ArmEvidence>> Testable(ReleaseEvidence evidence, CellKind? withdrawn) => evidence.Cells
        .Where(cell => !evidence.Withdrawn.Contains(cell.Key) && (withdrawn is null || cell.Key.Kind == withdrawn))
        .OrderByDescending(cell => cell.Value.Candidate.Devices)
        .ThenBy(cell => cell.Key.Kind)
        .ThenBy(cell => cell.Key.Value, StringComparer.Ordinal)
        .Take(ErrorBudget.MaxCells);
}
