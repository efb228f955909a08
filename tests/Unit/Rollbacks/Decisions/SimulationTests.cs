using System.Globalization;
using Serverless.Rollbacks;
using Serverless.Rollbacks.Decisions;
using Serverless.Simulation;

namespace Serverless.Tests.Unit.Rollbacks.Decisions;

/// <summary>The short form of <c>dotnet run --project tests/Simulation</c>: fewer lives, from a fixed seed.</summary>
public sealed class SimulationTests
{
    private const int Lives = 400;
    private const int CellLives = 40;
    private const int Seed = 1;

    private static readonly RollbackOptions Defaults = new();

    public static TheoryData<string> Claimed => [.. Scenarios.All.Where(scenario => scenario.Claim is not null).Select(scenario => scenario.Name)];

    public static TheoryData<string> Cells => [.. CellScenario.All.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Claimed))]
    public void Lives_end_as_claimed(string name)
    {
        var trial = Trial.Run(Scenarios.All.Single(scenario => scenario.Name == name), Lives, Seed, Defaults);

        Assert.True(trial.Holds(Defaults.Alpha), string.Create(
            CultureInfo.InvariantCulture, $"Halted in {trial.Ours.Share:P2} of lives after {trial.Ours.MeanExposed:0} devices; Wald's bound is {trial.WaldBound:0}."));
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Fleets_in_cells_end_as_claimed(string name)
    {
        var trial = CellTrial.Run(CellScenario.All.Single(scenario => scenario.Name == name), CellLives, Seed, Defaults);

        Assert.True(trial.Holds(Defaults.Alpha), trial.Describe(Defaults.Alpha));
    }

    [Theory]
    [InlineData(0.05, 0.01, 101)]
    [InlineData(0.05, 0.055, 16863)]
    public void Walds_bound_is_what_it_is(double bad, double nullRate, double devices) => Assert.Equal(devices, Wald.Bound(bad, nullRate), 1.0);

    [Fact]
    public void Simulated_rule_is_the_policy()
    {
        var random = new Random(Seed);
        var scenario = Scenarios.All.First(scenario => scenario.Claim is Claim.Bad);
        for (var number = 0; number < 20; number++)
        {
            var life = Life.Draw(scenario, random);

            var halted = Enumerable.Range(0, life.HeardAt.Length).Select(heard => new Arm(life.HeardAt[heard], heard + 1))
                .First(arm => RollbackPolicy.Decide(Evidence.Of(arm, life.History), Defaults).Action is RollbackAction.Rollback);

            Assert.Equal(halted.Devices, new HistoryRule(Defaults).FindHalt(life));
        }
    }

    [Fact]
    public void Simulated_rule_beside_a_live_control_is_the_policy()
    {
        var random = new Random(Seed);
        var scenario = Scenarios.All.Single(scenario => scenario is { Claim: Claim.Bad, LivePerExposed: not null });
        for (var number = 0; number < 5; number++)
        {
            var life = Life.Draw(scenario, random);

            var halted = Enumerable.Range(1, (int)life.Fleet).First(exposed => RollbackPolicy.Decide(
                Evidence.Of(new Arm(exposed, life.HeardAt.Count(heard => heard <= exposed)), life.History, life.LiveAt(exposed)), Defaults).Action is RollbackAction.Rollback);

            Assert.Equal(halted, new LiveRule(Defaults).FindHalt(life));
        }
    }

    [Theory]
    [InlineData(10, 100, 0.055229)] // Wilson's interval of 10 in 100, from the tables
    [InlineData(0, 50, 0)]
    public void Capgos_rule_has_wilsons_bound(double failures, double attempts, double bound) =>
        Assert.Equal(bound, CapgoRule.LowerBound(failures, attempts), 1e-5);
}
