using Serverless.Rollbacks;
using Serverless.Simulation;

namespace Serverless.Bench.Measures;

/// <summary>The rollback decision in simulated lives of releases, and rules of others beside it.</summary>
internal static class HaltMeasure
{
    private const int Seed = 1;
    private const double MostOverWald = 1.5;

    public static Task<ResultTable> RunAsync(Stage stage)
    {
        var options = new RollbackOptions();
        var lives = stage.Options.Lives;
        Trial[] trials = [.. Scenarios.All.Where(scenario => scenario.Claim is not null).AsParallel().AsOrdered().Select(scenario => Trial.Run(scenario, lives, Seed, options))];
        var bad = trials.Where(trial => trial.Scenario.Claim is Claim.Bad).MaxBy(trial => trial.OverWald)!;
        var healthy = trials.Where(trial => trial.Scenario.Claim is Claim.Healthy).MaxBy(trial => trial.Ours.Share)!;
        var most = Trial.MostFalseHalts(lives, options.Alpha);
        return Task.FromResult(new ResultTable(
            "Decisions",
            $"{lives:N0} simulated lives of each release, looked at after every report, seed {Seed}. Wald's bound is what no test can halt a release before, on average. "
            + "`tests/Simulation` shows more of them.",
            ["release", "halted", "after devices", "Wald's bound", "Capgo's rule halts", "after", "Azure Device Update's rule halts", "after"],
            [.. trials.Select(Row)])
        {
            Verdicts =
            [
                new Verdict("bad release (5 % where the control has 0.5 %) halted", $"≤ {MostOverWald:N1} × of Wald's bound", $"{bad.OverWald:N2} × ({bad.Ours.MeanExposed:N0} devices, bound {bad.WaldBound:N0})", bad.OverWald <= MostOverWald),
                new Verdict("healthy release falsely halted", $"≤ {most:P1} of lives", $"{healthy.Ours.Share:P2} in the worst of {trials.Length - trials.Count(trial => trial.Scenario.Claim is Claim.Bad)} kinds", healthy.Ours.Share <= most),
            ],
        });
    }

    private static string[] Row(Trial trial) =>
    [
        trial.Scenario.Name, $"{trial.Ours.Share:P2}", Devices(trial.Ours), trial.Scenario.Claim is Claim.Bad ? $"{trial.WaldBound:N0}" : "",
        $"{trial.Capgo.Share:P2}", Devices(trial.Capgo), $"{trial.DeviceUpdate.Share:P2}", Devices(trial.DeviceUpdate),
    ];

    private static string Devices(Halts halts) => halts.Halted == 0 ? "" : $"{halts.MeanExposed:N0}";
}
