using System.CommandLine;

namespace Serverless.Commands;

/// <summary>The commands beside serving. Without one the program serves, and whatever it is given is configuration.</summary>
internal static class CommandLine
{
    private static readonly string[] Help = ["--help", "-h", "-?", "/?", "--version"];

    public static bool IsCommand(string[] args) =>
        args is [var first, ..] && (Help.Contains(first) || Root().Subcommands.Any(command => command.Name == first));

    public static Task<int> RunAsync(string[] args) => Root().Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });

    private static RootCommand Root() => new(
        "Self-hosted update server for Capacitor apps. Without a command it serves on http://localhost:7071; --urls and every setting of the README can be given.")
    {
        PushCommand.Create(),
    };
}
