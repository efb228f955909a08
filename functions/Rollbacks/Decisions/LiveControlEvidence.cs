namespace Serverless.Rollbacks.Decisions;

/// <summary>
/// Evidence that a release fails more often, by more than the margin, than the stable release does at the same time on the devices held back.
/// Nobody knows the control's true share p. For each p there is a bet against it: <see cref="CandidateEvidence"/> that the candidate fails on more than
/// p + margin, times the likelihood of the held-back devices under a beta prior around the history over their likelihood at p. Each
/// factor is a test martingale if p is true, and so is the product; the evidence is that of the p which fits best. This is universal
/// inference (Wasserman, Ramdas and Balakrishnan, PNAS 117, 2020) with a bet of its own against each null, in the manner of Turner and Grünwald
/// ("Exact anytime-valid confidence intervals for contingency tables and beyond", 2023).
/// </summary>
/// <remarks>
/// Since every bet grows with the candidate's failures and shrinks with its devices, so does their minimum: late and silent
/// devices make the test slower, never wrong. With one mixture for all p that would not hold. The prior costs power when the history was wrong, never validity.
/// </remarks>
internal static class LiveControlEvidence
{
    // Part of the stake that is kept: else a control with a far too high p, which the held-back devices refute, would be saved by a candidate that is better than that.
    private const double Kept = 0.02;

    private const double LeastPriorDevices = 20;
    private const double MostPriorDevices = 50_000;

    private const double LowestRate = 1e-9;
    private const double HighestRate = 0.97;
    private const int Rungs = 256;
    private const int Narrowings = 48;
    private const double GoldenSection = 0.6180339887498949;

    /// <param name="candidate">Exposed devices and those that failed.</param>
    /// <param name="live">Devices held back with a verdict, and those that failed.</param>
    /// <param name="history">Of the stable release, fixed before the live control began.</param>
    /// <param name="options">The margin and the floor.</param>
    /// <returns>Natural logarithm of the e-value, finite.</returns>
    public static double Log(Arm candidate, Arm live, Arm history, RollbackOptions options)
    {
        // Below the observed share both factors only grow.
        var lowest = Math.Clamp(live.Rate, LowestRate, HighestRate);
        var (first, last) = (LogOdds(lowest), LogOdds(HighestRate));
        Span<double> rungs = stackalloc double[Rungs + 1];
        for (var rung = 0; rung <= Rungs; rung++)
        {
            rungs[rung] = Against(RateOf(rung));
        }

        // The evidence may have several valleys, at the control's share, at the candidate's and between; which is the deepest, the rungs alone cannot tell.
        var least = double.PositiveInfinity;
        for (var rung = 0; rung <= Rungs; rung++)
        {
            var (before, after) = (Math.Max(rung - 1, 0), Math.Min(rung + 1, Rungs));
            if (rungs[rung] <= rungs[before] && rungs[rung] <= rungs[after])
            {
                least = Math.Min(least, Math.Min(rungs[rung], Narrow(RateOf(before), RateOf(after), Against)));
            }
        }

        return least;

        // Even steps of the log odds are fine enough for rates near none and near all.
        double RateOf(int rung) => 1 / (1 + double.Exp(-(first + ((last - first) * rung / Rungs))));

        double Against(double rate) => LogAgainst(rate, candidate, live, history, options);
    }

    /// <summary>The same against a single share of the control: never less than the evidence, and quicker.</summary>
    public static double LogAgainst(double rate, Arm candidate, Arm live, Arm history, RollbackOptions options) =>
        LogMarginal(live, history, options) - live.LogLikelihood(rate)
        + LogMath.Sum([double.Log(Kept), double.Log(1 - Kept) + CandidateEvidence.Log(candidate, rate + options.Margin)]);

    // Of the beta-binomial distribution, without the coefficient that the likelihood lacks too.
    private static double LogMarginal(Arm live, Arm history, RollbackOptions options)
    {
        var rate = Math.Clamp(history.Rate, options.FloorRate, 0.5);
        var devices = Math.Clamp(history.Devices, LeastPriorDevices, MostPriorDevices);
        var (failed, good) = (devices * rate, devices * (1 - rate));
        return LogMath.Beta(live.Failed + failed, live.Good + good) - LogMath.Beta(failed, good);
    }

    private static double LogOdds(double rate) => double.Log(rate) - double.LogP1(-rate);

    // Golden-section search for the least value between two rates.
    private static double Narrow(double low, double high, Func<double, double> evidence)
    {
        var (left, right) = (high - (GoldenSection * (high - low)), low + (GoldenSection * (high - low)));
        var (atLeft, atRight) = (evidence(left), evidence(right));
        for (var i = 0; i < Narrowings; i++)
        {
            if (atLeft < atRight)
            {
                (high, right, atRight) = (right, left, atLeft);
                left = high - (GoldenSection * (high - low));
                atLeft = evidence(left);
            }
            else
            {
                (low, left, atLeft) = (left, right, atRight);
                right = low + (GoldenSection * (high - low));
                atRight = evidence(right);
            }
        }

        return Math.Min(atLeft, atRight);
    }
}
