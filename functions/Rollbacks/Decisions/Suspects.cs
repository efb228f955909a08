using Serverless.Devices;

namespace Serverless.Rollbacks.Decisions;

/// <summary>
/// Finds the part of the fleet that a failing release can be taken from without leaving the rest on it. Where none is
/// likely enough there is none, and the release goes everywhere. Between two explanations the wider one wins, unless the
/// narrower one is 1/α times likelier.
/// </summary>
internal static class Suspects
{
    // How much likelier the rest must be to be sound. A dozen times, no more, because what is spared goes on being tested: an error costs a few more
    // devices until the decision is widened, while a release that is taken from everybody is gone for all whom it served well.
    private static readonly double ClearedBy = double.Log(12);

    /// <param name="remaining">All that is not withdrawn.</param>
    /// <param name="overall">The judgement on that.</param>
    /// <param name="cells">The cells that may be withdrawn.</param>
    /// <param name="options">The policy's settings.</param>
    /// <returns>The cell that explains the failures, and the judgements on it and on the rest; null when none does.</returns>
    public static Suspect? Find(ArmEvidence remaining, Judgement overall, IEnumerable<KeyValuePair<Cell, ArmEvidence>> cells, RollbackOptions options)
    {
        // That the release fails somewhere is certain once the fleet's test says so; where, then takes no more evidence than that did.
        var level = overall.Rejects ? ErrorBudget.Overall(options.Alpha) : ErrorBudget.EachCell(options.Alpha);
        var suspects = cells
            .Select(cell => new Suspect(
                cell.Key, Judgement.Of(cell.Value, level, options), Judgement.Of(remaining - cell.Value, ErrorBudget.Overall(options.Alpha), options)))
            .Where(suspect => suspect.Inside.Rejects && (!overall.Rejects || IsRestCleared(suspect, overall)))
            .ToArray();
        var likeliest = suspects.Max(suspect => (double?)suspect.LogLikelihood);
        return suspects
            .Where(suspect => suspect.LogLikelihood > likeliest + double.Log(options.Alpha))
            .OrderByDescending(suspect => suspect.Inside.Candidate.Devices)
            .ThenBy(suspect => suspect.Cell.Kind)
            .ThenBy(suspect => suspect.Cell.Value, StringComparer.Ordinal)
            .FirstOrDefault();
    }

    /// <summary>
    /// Whether nothing speaks against the rest, and it is much likelier to be healthy than to fail as the cell does, or as the whole fleet.
    /// A rest of few devices is not cleared by their silence.
    /// </summary>
    private static bool IsRestCleared(Suspect suspect, Judgement overall)
    {
        var rest = suspect.Rest.Candidate;
        var healthy = Math.Min(rest.Rate, suspect.Rest.HealthyRate);
        return suspect.Rest.LogEvidence < 0
            && suspect.Inside.Candidate.Rate > healthy
            && rest.LogLikelihood(healthy) - rest.LogLikelihood(suspect.Inside.Candidate.Rate) >= ClearedBy
            && suspect.LogLikelihood - overall.Candidate.LogLikelihood(overall.Candidate.Rate) >= ClearedBy;
    }
}

/// <param name="Cell">The part.</param>
/// <param name="Inside">The judgement on it.</param>
/// <param name="Rest">The judgement on what remains without it.</param>
internal sealed record Suspect(Cell Cell, Judgement Inside, Judgement Rest)
{
    /// <summary>Of the counts when the cell and the rest fail each at their own rate: highest for the cell with most failures on fewest devices.</summary>
    public double LogLikelihood => Inside.Candidate.LogLikelihood(Inside.Candidate.Rate) + Rest.Candidate.LogLikelihood(Rest.Candidate.Rate);
}
