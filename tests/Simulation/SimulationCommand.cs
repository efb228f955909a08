using System.CommandLine;
using System.Globalization;
using Serverless.Rollbacks;
using Spectre.Console;

namespace Serverless.Simulation;

/// <summary>Prints how the rollback decision fares beside the rules of others, and holds it to what is claimed of it.</summary>
internal static class SimulationCommand
{
    private static readonly Option<int> Lives = new("--lives") { Description = "Lives of each scenario.", DefaultValueFactory = _ => 10_000 };
    private static readonly Option<int> Seed = new("--seed") { Description = "Seed of everything random.", DefaultValueFactory = _ => 1 };
    private static readonly Option<string> Only = new("--only") { Description = "Scenarios with this in their name.", DefaultValueFactory = _ => "" };

    public static RootCommand Create()
    {
        var command = new RootCommand("Lives of releases, healthy and bad, under our rule for halting them and under two others.") { Lives, Seed, Only };
        command.SetAction(line => Run(line.GetValue(Lives), line.GetValue(Seed), line.GetValue(Only)!));
        return command;
    }

    private static int Run(int lives, int seed, string only)
    {
        var options = new RollbackOptions();
        Trial[] trials = [.. Scenarios.All.Where(scenario => scenario.Name.Contains(only, StringComparison.Ordinal)).Select(scenario => Trial.Run(scenario, lives, seed, options))];
        CellTrial[] cells = [.. CellScenario.All.Where(scenario => scenario.Name.Contains(only, StringComparison.Ordinal)).Select(scenario => CellTrial.Run(scenario, lives, seed, options))];

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new PlainOutput(Console.Out) });
        console.Write(Table(trials));
        console.Write(Table(cells));
        var claims = trials.Where(trial => trial.Scenario.Claim is not null).Select(trial => (Describe(trial), Holds: trial.Holds(options.Alpha)))
            .Concat(cells.Select(trial => (trial.Describe(options.Alpha), Holds: trial.Holds(options.Alpha))))
            .ToArray();
        foreach (var (claim, holds) in claims)
        {
            Console.Out.WriteLine($"{(holds ? "holds" : "FAILS")}  {claim}");
        }

        return claims.All(claim => claim.Holds) ? 0 : 1;
    }

    private static Table Table(IEnumerable<Trial> trials)
    {
        var table = new Table().Border(TableBorder.Simple)
            .AddColumn("scenario")
            .AddColumns(Numbers("fleet", "lives", "ours halts", "after devices", "Wald's bound", "Capgo halts", "after", "Device Update halts", "after"));
        foreach (var trial in trials)
        {
            table.AddRow(
                trial.Scenario.Name,
                Text($"{trial.Scenario.Fleet}"),
                Text($"{trial.Ours.Lives}"),
                Share(trial.Ours),
                Devices(trial.Ours.MeanExposed),
                trial.Scenario.CandidateRate > trial.Scenario.StableRate + 0.006 ? Devices(trial.WaldBound) : "",
                Share(trial.Capgo),
                Devices(trial.Capgo.MeanExposed),
                Share(trial.DeviceUpdate),
                Devices(trial.DeviceUpdate.MeanExposed));
        }

        return table;
    }

    private static Table Table(IEnumerable<CellTrial> trials)
    {
        var table = new Table().Border(TableBorder.Simple)
            .AddColumn("scenario")
            .AddColumns(Numbers("fleet", "lives", "halts", "after devices", "in the bad cell alone", "everywhere", "elsewhere"));
        foreach (var trial in trials)
        {
            table.AddRow(
                trial.Scenario.Name,
                Text($"{trial.Scenario.Fleet}"),
                Text($"{trial.Halts.Lives}"),
                Share(trial.Halts),
                Devices(trial.Halts.MeanExposed),
                Text($"{trial.InBadCell}"),
                Text($"{trial.Everywhere}"),
                Text($"{trial.Halts.Halted - trial.InBadCell - trial.Everywhere}"));
        }

        return table;
    }

    private static TableColumn[] Numbers(params string[] names) => [.. names.Select(name => new TableColumn(name).RightAligned())];

    private static string Describe(Trial trial) => trial.Scenario.Claim is Claim.Bad
        ? Text($"{trial.Scenario.Name}: halted in {trial.Ours.Share:P2} of lives after {trial.Ours.MeanExposed:0} devices, {trial.OverWald:0.00} times Wald's bound of {trial.WaldBound:0}; at most 1.5 times")
        : Text($"{trial.Scenario.Name}: falsely halted in {trial.Ours.Share:P2} of lives; at most {Trial.MostFalseHalts(trial.Ours.Lives, new RollbackOptions().Alpha):P2}");

    private static string Share(Halts halts) => Text($"{halts.Share:P2}");

    private static string Devices(double mean) => double.IsNaN(mean) ? "" : Text($"{mean:0}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>As wide as the table, so that a file or a log holds each row in one line.</summary>
    private sealed class PlainOutput(TextWriter writer) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => false;

        public int Width => 200;

        public int Height => 50;

        public void SetEncoding(System.Text.Encoding encoding)
        {
            // A file has the writer's own.
        }
    }
}
