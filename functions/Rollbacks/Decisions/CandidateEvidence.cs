namespace Serverless.Rollbacks.Decisions;

/// <summary>
/// Evidence that a release fails on more than a given share of devices: the likelihood of the counts under a mixture of higher shares, over
/// their likelihood at that share. As devices are exposed one by one this is a test martingale; that it ever reaches 1/α has
/// probability α at most (Ville 1939; the mixture is Robbins', 1970). It may therefore be looked at after every report, for as long as one likes:
/// see Ramdas, Grünwald, Vovk and Shafer, "Game-theoretic statistics and safe anytime-valid inference", Statistical Science 38 (2023).
/// </summary>
/// <remarks>
/// It grows with the failures and shrinks with the devices. A device that fails after it was exposed, or never says so, hides a
/// failure until then, and what is seen stays below what the martingale of the final verdicts had shown: delay makes the test slower, never
/// wrong. What it rests on is that devices are exposed in an order that does not depend on whether they will fail, and not later than they fail.
/// </remarks>
internal static class CandidateEvidence
{
    // A null this high is never rejected: there is nothing worse to tell it from.
    private const double HighestRate = 0.97;

    // Most weight on three to six times the null, where a bad release usually is. The far end finds a broken one within its first devices, the
    // near end one that is hardly worse, in time.
    private static readonly (double Multiple, double Weight)[] Alternatives =
    [
        (1.15, 0.02), (1.5, 0.04), (2, 0.08), (3, 0.18), (4, 0.25), (6, 0.2), (8, 0.1), (12, 0.05), (16, 0.03), (24, 0.03), (48, 0.02),
    ];

    /// <param name="candidate">Exposed devices and those that failed.</param>
    /// <param name="nullRate">Share of failing devices that a healthy release has at most, above 0.</param>
    /// <returns>Natural logarithm of the e-value, finite: 0 speaks for neither side.</returns>
    public static double Log(Arm candidate, double nullRate)
    {
        if (nullRate >= HighestRate)
        {
            return 0;
        }

        var atNull = candidate.LogLikelihood(nullRate);
        Span<double> terms = stackalloc double[Alternatives.Length];
        for (var i = 0; i < terms.Length; i++)
        {
            var (multiple, weight) = Alternatives[i];
            terms[i] = double.Log(weight) + candidate.LogLikelihood(Math.Min(nullRate * multiple, HighestRate)) - atNull;
        }

        return LogMath.Sum(terms);
    }
}
