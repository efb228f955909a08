using System.CommandLine;

namespace Serverless.Chaos;

/// <summary>What <c>run.sh</c> asks of this program.</summary>
internal static class ChaosCommand
{
    private static readonly Option<double> Minutes = new("--minutes") { Description = "How long things go wrong.", DefaultValueFactory = _ => 10 };
    private static readonly Option<int> Seed = new("--seed") { Description = "Of the schedule, the uploads and the devices.", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> Devices = new("--devices") { Description = "How many devices.", DefaultValueFactory = _ => 36 };
    private static readonly Option<string?> Server = new("--server") { Description = "The published server's Serverless.dll; the one beside this program by default." };
    private static readonly Option<string?> Output = new("--output") { Description = "Where the table of results is written, besides the console." };

    public static RootCommand Create()
    {
        var command = new RootCommand("Two servers, a fleet, and all that can go wrong. Started by run.sh.") { Minutes, Seed, Devices, Server, Output };
        command.SetAction((line, cancellation) => RunAsync(
            new ChaosOptions
            {
                Seed = line.GetValue(Seed),
                Length = TimeSpan.FromMinutes(line.GetValue(Minutes)),
                Devices = line.GetValue(Devices),
                Server = line.GetValue(Server) is { } server ? Path.GetFullPath(server) : null,
            },
            line.GetValue(Output),
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ChaosOptions options, string? output, CancellationToken cancellation)
    {
        var report = await ChaosRun.RunAsync(options, Console.Out.WriteLine, cancellation);
        var table = report.ToMarkdown();
        await Console.Out.WriteLineAsync(table);
        if (output is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(output))!);
            await File.WriteAllTextAsync(output, table, cancellation);
        }

        if (report.Violations is [])
        {
            return 0;
        }

        await Console.Error.WriteLineAsync($"Invariants were violated. The schedule again: tests/Chaos/run.sh {options.Length.TotalMinutes:0.#} {options.Seed}");
        return 1;
    }
}
