using System.CommandLine;

namespace Serverless.Commands;

/// <summary>The commands beside serving. Without one the program serves, and whatever it is given is configuration.</summary>
internal static class CommandLine
{
    private static readonly string[] Help = ["--help", "-h", "-?", "/?", "--version"];

    /// <summary>A first word that is no setting is meant as a command, also when it is misspelt.</summary>
    public static bool IsCommand(string[] args) =>
        args is [var first, ..] && (Help.Contains(first) || !first.StartsWith('-'));

    public static Task<int> RunAsync(string[] args) => Root().Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });

    private static RootCommand Root() => new(
        "Self-hosted update server for Capacitor apps. Without a command it serves on http://localhost:7071; --urls and every setting of the README can be given.")
    {
        PushCommand.Create(),
        KeysCommand.Create(),
        TokenCommand.Create(),
        VerifyCommand.Create(),
        PinsCommand.Create(),
    };
}
