using System.CommandLine;
using Serverless.Bench.Measures;
using Serverless.Bench.Parts;

namespace Serverless.Bench;

/// <summary>What <c>run.sh</c> asks of this program.</summary>
internal static class BenchCommand
{
    private static readonly Option<string> Server = new("--server") { Description = "The published server: the program, or its Serverless.dll.", Required = true };
    private static readonly Option<int> Seconds = new("--seconds") { Description = "Length of a round of load.", DefaultValueFactory = _ => 15 };
    private static readonly Option<int> Rounds = new("--rounds") { Description = "Rounds of each kind.", DefaultValueFactory = _ => 3 };
    private static readonly Option<int> BigBundle = new("--big-bundle") { Description = "Megabytes of the big bundle, 0 for none.", DefaultValueFactory = _ => 1024 };
    private static readonly Option<int> Lives = new("--lives") { Description = "Simulated lives of each kind of release.", DefaultValueFactory = _ => 10_000 };
    private static readonly Option<string?> CodePushServer = new("--code-push-server") { Description = "A built checkout of code-push-server, to be measured beside the server." };
    private static readonly Option<string> Output = new("--output") { Description = "Where the page of results is written.", Required = true };
    private static readonly Option<string[]> Only = new("--only") { Description = "Measures by name, instead of all; the others stay as they were measured last." };

    private static readonly Option<string> Urls = new("--urls") { Description = "Where it listens.", Required = true };
    private static readonly Option<int> Bytes = new("--bytes") { Description = "The size of its answers.", Required = true };
    private static readonly Argument<string[]> Rest = new("arguments") { Description = "Those of BenchmarkDotNet.", Arity = ArgumentArity.ZeroOrMore };

    private static readonly Dictionary<string, Func<Stage, Task<ResultTable>>> Measured = new()
    {
        ["requests"] = CheckMeasure.RunAsync,
        ["allocations"] = AllocationMeasure.RunAsync,
        ["storage"] = StorageMeasure.RunAsync,
        ["start"] = StartMeasure.RunAsync,
        ["rollback"] = RollbackMeasure.RunAsync,
        ["delta"] = DeltaMeasure.RunAsync,
        ["intake"] = IntakeMeasure.RunAsync,
        ["forged"] = ForgedMeasure.RunAsync,
        ["decisions"] = HaltMeasure.RunAsync,
    };

    public static RootCommand Create()
    {
        var load = new Command("load", "Measures the published server beside the ceiling, and writes a page of results.") { Server, Seconds, Rounds, BigBundle, Lives, CodePushServer, Output, Only };
        load.SetAction(line => LoadAsync(
            new BenchOptions(
                Path.GetFullPath(line.GetValue(Server)!), TimeSpan.FromSeconds(line.GetValue(Seconds)), line.GetValue(Rounds), (long)line.GetValue(BigBundle) << 20, line.GetValue(Lives), line.GetValue(CodePushServer)),
            line.GetValue(Output)!,
            line.GetValue(Only) is { Length: > 0 } only ? only : [.. Measured.Keys]));

        var ceiling = new Command("ceiling", "Serves what no server of this kind can pass.") { Urls, Bytes };
        ceiling.SetAction((line, cancellation) => Ceiling.RunAsync(line.GetValue(Urls)!, line.GetValue(Bytes), cancellation));

        var parts = new Command("parts", "Measures the parts by themselves, with BenchmarkDotNet.") { Rest };
        parts.TreatUnmatchedTokensAsErrors = false;
        parts.SetAction(line => PartsRun.Run([.. line.GetValue(Rest)!, .. line.UnmatchedTokens]));

        return new RootCommand("Benchmarks. Started by run.sh.") { load, ceiling, parts };
    }

    private static async Task LoadAsync(BenchOptions options, string output, string[] only)
    {
        var folder = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(options.Server)!, "..", "tables"));
        await using (var stage = new Stage(options))
        {
            await stage.PrepareAsync();
            foreach (var name in only)
            {
                await Console.Out.WriteLineAsync($"== {name}");
                await MeasuredTable.MeasureAsync(folder, name, Measured[name], stage);
            }
        }

        var tables = new List<MeasuredTable>();
        foreach (var name in Measured.Keys)
        {
            if (await MeasuredTable.FindAsync(folder, name) is { } table)
            {
                tables.Add(table);
            }
        }

        var page = ResultPage.Write(tables, options);
        await File.WriteAllTextAsync(output, page);
        await Console.Out.WriteLineAsync(page);
    }
}
