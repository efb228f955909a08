using System.CommandLine;
using Serverless.Commands.Server;

namespace Serverless.Commands;

/// <summary>The commands beside serving. Without one the program serves, and whatever it is given is configuration.</summary>
internal static class CommandLine
{
    private static readonly string[] Help = ["--help", "-h", "-?", "/?", "--version"];

    /// <summary>A first word that is no setting is meant as a command, also when it is misspelt.</summary>
    public static bool IsCommand(string[] args) =>
        args is [var first, ..] && (Help.Contains(first) || !first.StartsWith('-'));

    public static Task<int> RunAsync(string[] args) => RunAsync(args, Console.Out, Console.Error);

    /// <param name="args">The command with its arguments.</param>
    /// <param name="output">Where commands over the API write what they were asked for.</param>
    /// <param name="error">Where they say what went wrong.</param>
    public static Task<int> RunAsync(string[] args, TextWriter output, TextWriter error) =>
        Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output, Error = error });

    public static ParseResult Parse(string[] args) => Root().Parse(args);

    /// <summary>All commands.</summary>
    public static RootCommand Root()
    {
        var root = new RootCommand(
            "Self-hosted update server for Capacitor apps. Without a command it serves on http://localhost:7071; --urls and every setting of the README can be given.")
        {
            PushCommand.Create(),
        };
        foreach (var command in (IEnumerable<Command>)
            [
                .. ReleaseCommands.Create(), .. RolloutCommands.Create(), .. IncidentCommands.Create(), .. DeviceCommands.Create(), .. NoticeCommand.Create(), .. RecordCommands.Create(),
                KeysCommand.Create(), .. AccessCommands.Create(), TokenCommand.Create(), VerifyCommand.Create(), PinsCommand.Create(), CompletionCommand.Create(),
            ])
        {
            root.Add(command);
        }

        return root;
    }
}
