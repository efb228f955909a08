namespace Serverless.Rollbacks.Decisions;

/// <summary>
/// How the probability α of halting a release that is no worse than its control is shared out. What is spent adds up to α at most (Boole's
/// inequality), however the tests depend on each other.
/// </summary>
internal static class ErrorBudget
{
    /// <summary>Most cells that are tested.</summary>
    public const int MaxCells = 64;

    private const double WholeFleet = 0.9;
    private const double HistoryBesideLive = 0.05;
    private const double HistoryBound = 0.02;

    /// <summary>For the test of the whole fleet.</summary>
    public static double Overall(double alpha) => WholeFleet * alpha;

    /// <summary>For the test of each cell.</summary>
    public static double EachCell(double alpha) => (1 - WholeFleet) * alpha / MaxCells;

    /// <summary>A channel with a live control has the history to go by until enough devices held back have a verdict: two tests, of which the first is short-lived.</summary>
    public static double Live(double level) => (1 - HistoryBesideLive) * level;

    /// <summary>For the history of the stable release, beside a live control or alone.</summary>
    public static double History(double level, bool besideLive) => besideLive ? HistoryBesideLive * level : level;

    /// <summary>Of a test against the history: that the stable release fails more often than its history bounds.</summary>
    public static double Bound(double level) => HistoryBound * level;

    /// <summary>Of a test against the history: the rest.</summary>
    public static double Test(double level) => (1 - HistoryBound) * level;
}
