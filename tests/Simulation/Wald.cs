namespace Serverless.Simulation;

/// <summary>
/// The fewest devices that any sequential test needs on average to find a bad release with probability 1 − β, when it halts a healthy one with probability α at
/// most (Wald, "Sequential tests of statistical hypotheses", Annals of Mathematical Statistics 16, 1945).
/// </summary>
internal static class Wald
{
    private const double Alpha = 0.01;
    private const double Beta = 0.05;
    private const int Steps = 200;

    private static readonly double Information = ((1 - Beta) * Math.Log((1 - Beta) / Alpha)) + (Beta * Math.Log(Beta / (1 - Alpha)));

    /// <summary>Against a null that is a number.</summary>
    public static double Bound(double badRate, double nullRate) => Information / Divergence(badRate, nullRate);

    /// <summary>Against a control that is only known by the devices held back: in exposed devices, for the share of the control that is hardest to tell apart.</summary>
    public static double Bound(double badRate, double stableRate, double margin, double livePerExposed)
    {
        // The sum is convex in the control's share, which lies between the two.
        var (low, high) = (stableRate, badRate - margin);
        for (var i = 0; i < Steps; i++)
        {
            var (left, right) = (low + ((high - low) / 3), high - ((high - low) / 3));
            (low, high) = Sum(left) < Sum(right) ? (low, right) : (left, high);
        }

        return Information / Sum((low + high) / 2);

        double Sum(double control) => (livePerExposed * Divergence(stableRate, control)) + Divergence(badRate, control + margin);
    }

    /// <summary>Of Kullback and Leibler, between two coins.</summary>
    private static double Divergence(double truth, double claim) =>
        (truth <= 0 ? 0 : truth * Math.Log(truth / claim)) + (truth >= 1 ? 0 : (1 - truth) * Math.Log((1 - truth) / (1 - claim)));
}
