using System.Collections.Immutable;
using System.Globalization;
using Serverless.Devices;
using Serverless.Rollbacks;
using Serverless.Rollbacks.Decisions;

namespace Serverless.Simulation;

/// <summary>A fleet in cells, lived many times under the whole policy, which is asked after every failure.</summary>
internal sealed record CellTrial(CellScenario Scenario, Halts Halts, int InBadCell, int Everywhere)
{
    private const double LeastFound = 0.9;

    /// <returns>True when healthy fleets lived, and bad ones were halted, nine times in ten with no device that the release fails on left out.</returns>
    public bool Holds(double alpha) => Scenario.IsHealthy
        ? Halts.Share <= Trial.MostFalseHalts(Halts.Lives, alpha)
        : Halts.Halted == Halts.Lives && (double)(Scenario.BadCell is null ? Everywhere : InBadCell + Everywhere) / Halts.Lives >= LeastFound;

    public string Describe(double alpha) => Scenario.IsHealthy
        ? string.Create(CultureInfo.InvariantCulture, $"{Scenario.Name}: falsely halted in {Halts.Share:P2} of lives; at most {Trial.MostFalseHalts(Halts.Lives, alpha):P2}")
        : string.Create(CultureInfo.InvariantCulture, $"{Scenario.Name}: halted in {Halts.Share:P2} of lives, in the bad cell or everywhere in {(double)(InBadCell + Everywhere) / Halts.Lives:P1}; at least {LeastFound:P0}");

    public static CellTrial Run(CellScenario scenario, int lives, int seed, RollbackOptions options)
    {
        var random = new Random(seed);
        var (halted, inBadCell, everywhere, exposed) = (0, 0, 0, 0L);
        for (var life = 0; life < lives; life++)
        {
            if (Live(scenario, random, options) is not var (decision, at))
            {
                continue;
            }

            halted++;
            exposed += at;
            inBadCell += decision.Cell is { } cell && cell == scenario.BadCell ? 1 : 0;
            everywhere += decision.Cell is null ? 1 : 0;
        }

        return new CellTrial(scenario, new Halts(lives, halted, (double)exposed / halted), inBadCell, everywhere);
    }

    // Evidence only grows with failures, of the fleet and of each cell, so nothing is missed between them.
    private static (RollbackDecision Decision, long Exposed)? Live(CellScenario scenario, Random random, RollbackOptions options)
    {
        var parts = scenario.Parts;
        var history = parts.Select(part => Arm((long)(scenario.History * part.Share), part.StableRate, random)).ToArray();
        var candidate = new Arm[parts.Length];
        for (var exposed = 1L; exposed <= scenario.Fleet; exposed++)
        {
            var index = Pick(parts, random.NextDouble());
            var fails = random.NextDouble() < parts[index].CandidateRate;
            candidate[index] += new Arm(1, fails ? 1 : 0);
            if (fails && RollbackPolicy.Decide(Evidence(parts, candidate, history), options) is { Action: RollbackAction.Rollback } decision)
            {
                return (decision, exposed);
            }
        }

        return null;
    }

    private static Arm Arm(long devices, double rate, Random random) => new(devices, random.Failures(devices, rate).LongCount());

    private static int Pick(ImmutableArray<Part> parts, double draw)
    {
        var index = 0;
        for (; index < parts.Length - 1 && draw >= parts[index].Share; index++)
        {
            draw -= parts[index].Share;
        }

        return index;
    }

    private static ReleaseEvidence Evidence(ImmutableArray<Part> parts, Arm[] candidate, Arm[] history)
    {
        var all = new ArmEvidence();
        var cells = ImmutableDictionary.CreateBuilder<Cell, ArmEvidence>();
        for (var index = 0; index < parts.Length; index++)
        {
            var part = new ArmEvidence { Candidate = candidate[index], History = history[index] };
            all += part;
            foreach (var cell in parts[index].Cells)
            {
                cells[cell] = cells.GetValueOrDefault(cell, new ArmEvidence()) + part;
            }
        }

        return new ReleaseEvidence { All = all, Cells = cells.ToImmutable() };
    }
}
