using Serverless.Rollbacks;
using Serverless.Rollbacks.Decisions;

namespace Serverless.Simulation;

/// <summary>What a rule did in many lives.</summary>
/// <param name="Lives">How many.</param>
/// <param name="Halted">How many of them it ended.</param>
/// <param name="MeanExposed">Devices exposed until then, on average; not a number when it ended none.</param>
internal readonly record struct Halts(int Lives, int Halted, double MeanExposed)
{
    public double Share => (double)Halted / Lives;
}

/// <summary>A scenario, lived many times under each rule.</summary>
internal sealed record Trial(Scenario Scenario, Halts Ours, Halts Capgo, Halts DeviceUpdate, double WaldBound)
{
    private const double MostOverWald = 1.5;

    /// <summary>Devices our rule took in units of Wald's bound.</summary>
    public double OverWald => Ours.MeanExposed / WaldBound;

    /// <summary>
    /// Of falsely halted lives: α, and for fewer than 10,000 lives three standard deviations of the binomial count more, which a rule at exactly α
    /// exceeds by chance about once in 700 runs.
    /// </summary>
    public static double MostFalseHalts(int lives, double alpha) => alpha + (lives >= 10_000 ? 0 : 3 * Math.Sqrt(alpha * (1 - alpha) / lives));

    /// <returns>True when what is claimed of the scenario held.</returns>
    public bool Holds(double alpha) => Scenario.Claim switch
    {
        Claim.Healthy => Ours.Share <= MostFalseHalts(Ours.Lives, alpha),
        Claim.Bad => Ours.Halted == Ours.Lives && OverWald <= MostOverWald,
        _ => true,
    };

    public static Trial Run(Scenario scenario, int lives, int seed, RollbackOptions options)
    {
        var random = new Random(seed);
        IHaltRule[] rules = [scenario.LivePerExposed is null ? new HistoryRule(options) : new LiveRule(options), new CapgoRule(), new DeviceUpdateRule()];
        var halted = new int[rules.Length];
        var exposed = new long[rules.Length];
        var bound = 0.0;
        for (var number = 0; number < lives; number++)
        {
            var life = Life.Draw(scenario, random);
            bound += WaldBoundOf(scenario, life, options) / lives;
            for (var rule = 0; rule < rules.Length; rule++)
            {
                if (rules[rule].FindHalt(life) is { } at)
                {
                    halted[rule]++;
                    exposed[rule] += at;
                }
            }
        }

        return new Trial(scenario, Sum(0), Sum(1), Sum(2), bound);

        Halts Sum(int rule) => new(lives, halted[rule], (double)exposed[rule] / halted[rule]);
    }

    // Against the null that this life's history sets, or that of two samples.
    private static double WaldBoundOf(Scenario scenario, Life life, RollbackOptions options)
    {
        if (scenario.LivePerExposed is { } perExposed)
        {
            return Wald.Bound(scenario.CandidateRate, scenario.StableRate, options.Margin, perExposed);
        }

        var level = ErrorBudget.Bound(ErrorBudget.Overall(options.Alpha));
        return Wald.Bound(scenario.CandidateRate, HistoryRate.Of(life.History, level, options).Rate + options.Margin);
    }
}
