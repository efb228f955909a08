using System.CommandLine;
using SharpFuzz;

namespace Serverless.Fuzz;

/// <summary>What <c>run.sh</c> asks of this program: it names targets and writes seeds for AFL++, runs under it, and runs single inputs again without it.</summary>
internal static class FuzzCommand
{
    private static readonly Argument<string> Target = new("target") { Description = "One of those that 'targets' lists." };
    private static readonly Argument<string> Folder = new("folder") { Description = "Where seeds are written." };
    private static readonly Argument<string> Assembly = new("assembly") { Description = "Changed in place: every branch then tells the fuzzer that it was taken." };
    private static readonly Argument<string> File = new("file") { Description = "An input." };

    public static RootCommand Create() => new("Fuzzes what reads requests, zips and signatures of strangers. Started by run.sh.")
    {
        Of("targets", "Lists the targets.", _ => Console.Out.WriteLine(string.Join('\n', FuzzTargets.Names))),
        Of("seeds", "Writes a target's seeds.", line => WriteSeeds(FuzzTargets.Create(line.GetValue(Target)!), line.GetValue(Folder)!), Target, Folder),
        Of("instrument", "Makes an assembly report its coverage.", line => Fuzzer.Instrument(line.GetValue(Assembly)!, _ => true, Options.Value), Assembly),
        Of("run", "Runs a target under AFL++.", line => Run(line.GetValue(Target)!), Target),
        Of("replay", "Runs one input; fails with its finding.", line => FuzzTargets.Create(line.GetValue(Target)!).Run(System.IO.File.ReadAllBytes(line.GetValue(File)!)), Target, File),
    };

    private static Command Of(string name, string description, Action<ParseResult> act, params Argument[] arguments)
    {
        var command = new Command(name, description);
        foreach (var argument in arguments)
        {
            command.Add(argument);
        }

        command.SetAction(act);
        return command;
    }

    private static void WriteSeeds(IFuzzTarget target, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var (index, seed) in target.Seeds.Index())
        {
            System.IO.File.WriteAllBytes(Path.Combine(folder, $"{index:d3}"), seed);
        }
    }

    // Out of process: the fuzzer starts another one after an input that ends it.
    private static void Run(string name)
    {
        var target = new Lazy<IFuzzTarget>(() => FuzzTargets.Create(name));
        Fuzzer.OutOfProcess.Run(stream =>
        {
            using var input = new MemoryStream();
            stream.CopyTo(input);
            target.Value.Run(input.ToArray());
        });
    }
}
