using System.Diagnostics;

namespace Serverless.Tests.Support.Processes;

/// <summary>A command line that was run to its end.</summary>
/// <param name="Output">Both streams, line by line as they came.</param>
/// <param name="StandardOutput">What a script that reads the command would get.</param>
public sealed record CommandRun(int ExitCode, string Output, string StandardOutput)
{
    /// <summary>Runs the server's program with these arguments: <c>RunAsync(["push", "dist", "--app", "com.example.app"])</c>.</summary>
    /// <param name="environment">Added to the test's own; null removes a variable.</param>
    /// <exception cref="InvalidOperationException">The server has not been built in the configuration of the tests.</exception>
    public static Task<CommandRun> RunAsync(
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string?>? environment = null,
        string? workingDirectory = null,
        CancellationToken cancellationToken = default)
    {
        var start = ServerProgram.Start(arguments, environment);
        start.WorkingDirectory = workingDirectory ?? start.WorkingDirectory;
        return RunAsync(start, cancellationToken);
    }

    internal static async Task<CommandRun> RunAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        await using var process = ChildProcess.Start(start);
        var exitCode = await process.ExitAsync(cancellationToken);
        return new CommandRun(exitCode, process.Output.ToString(), string.Join('\n', process.Output.StandardLines));
    }
}
