namespace Serverless.Rollbacks.Decisions;

/// <summary>The share of failing devices that a stable release is credited with, by its history.</summary>
internal static class HistoryRate
{
    private const int Halvings = 60;

    /// <summary>
    /// The upper bound of what the history allows, or, while that is too short to bound anything, what is assumed; never below the floor. A history
    /// that itself fails more often than is assumed is believed.
    /// </summary>
    /// <param name="history">Of the stable release.</param>
    /// <param name="level">Probability that the bound is too low, at most.</param>
    /// <param name="options">The floor and the assumption.</param>
    /// <returns>The share, and whether it is only assumed.</returns>
    public static (double Rate, bool IsAssumed) Of(Arm history, double level, RollbackOptions options)
    {
        var bound = UpperBound(history, level);
        var isAssumed = bound > options.AssumedRate && history.Rate <= options.AssumedRate;
        return (Math.Max(options.FloorRate, isAssumed ? options.AssumedRate : bound), isAssumed);
    }

    /// <summary>
    /// The highest share p for which n devices with so few failures are not too unlikely: n · KL(observed ‖ p) = ln(1/level), which covers by Chernoff's
    /// inequality (1952). Without failures it is the bound of Clopper and Pearson, otherwise a little above it, and it needs no inverse of a beta distribution.
    /// </summary>
    /// <returns>From the observed share to 1; 1 for no devices.</returns>
    public static double UpperBound(Arm history, double level)
    {
        var limit = history.LogLikelihood(history.Rate) + double.Log(level);
        var (low, high) = (history.Rate, 1.0);
        for (var i = 0; i < Halvings; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = history.LogLikelihood(middle) >= limit ? (middle, high) : (low, middle);
        }

        return high;
    }
}
