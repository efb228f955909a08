using System.CommandLine;
using Serverless.Hosts.Standalone;

namespace Serverless.Commands.Server;

/// <summary>Makes commands over the management API, which differ in what they ask for alone.</summary>
internal static class ServerCommand
{
    /// <param name="name">The word.</param>
    /// <param name="description">A sentence.</param>
    /// <param name="run">What it does; answers the exit code.</param>
    /// <param name="symbols">Arguments and options besides those that all have.</param>
    public static Command Create(string name, string description, Func<ServerCall, CancellationToken, Task<int>> run, params IEnumerable<Symbol> symbols)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols.Concat([ServerOptions.Address, ServerOptions.TokenFile, ServerOptions.Audience, ServerOptions.Json]))
        {
            switch (symbol)
            {
                case Argument argument:
                    command.Add(argument);
                    break;
                case Option option:
                    command.Add(option);
                    break;
            }
        }

        command.SetAction((line, cancellation) => RunAsync(line, run, cancellation));
        return command;
    }

    /// <summary>One that changes something, and so asks before.</summary>
    /// <inheritdoc cref="Create"/>
    public static Command Act(string name, string description, Func<ServerCall, CancellationToken, Task<int>> run, params IEnumerable<Symbol> symbols) =>
        Create(name, description, run, [.. symbols, ServerOptions.Yes]);

    /// <summary>One that shows a list.</summary>
    /// <param name="name">The word.</param>
    /// <param name="description">A sentence.</param>
    /// <param name="path">Of the list.</param>
    /// <param name="member">Which member of the answer holds the rows.</param>
    /// <param name="columns">What people see of a row.</param>
    /// <param name="symbols">Arguments and options besides those that all lists have.</param>
    public static Command List(string name, string description, Func<ServerCall, string> path, string member, string[] columns, params IEnumerable<Symbol> symbols) =>
        Create(name, description, (call, cancellation) => call.ListAsync(Query.On(path(call), ("limit", $"{call.Get(ServerOptions.Limit)}")), member, columns, cancellation), [.. symbols, ServerOptions.Limit, ServerOptions.All]);

    /// <summary>One that shows one thing.</summary>
    /// <param name="name">The word.</param>
    /// <param name="description">A sentence.</param>
    /// <param name="path">Of the thing.</param>
    /// <param name="symbols">Arguments and options of its own.</param>
    public static Command Show(string name, string description, Func<ServerCall, string> path, params IEnumerable<Symbol> symbols) =>
        Create(name, description, async (call, cancellation) => call.Show((await call.Server.ReadAsync(path(call), cancellation)).Body), symbols);

    private static async Task<int> RunAsync(ParseResult line, Func<ServerCall, CancellationToken, Task<int>> run, CancellationToken cancellation)
    {
        var (output, error) = (line.InvocationConfiguration.Output, line.InvocationConfiguration.Error);
        try
        {
            var address = ServerAddress.Choose(line.GetValue(ServerOptions.Address));
            var variable = await VariablesAsync(line.GetValue(ServerOptions.TokenFile), cancellation);
            using var connection = new ServerConnection(address, variable, line.GetValue(ServerOptions.Audience), TimeProvider.System);
            var client = new ServerClient(connection, TimeProvider.System);
            return await run(new ServerCall(line, client, TextConsole.Create(output), Console.IsInputRedirected ? null : Console.In), cancellation);
        }
        catch (ServerRefusalException refusal)
        {
            await error.WriteLineAsync(refusal.Message);
            return refusal.ExitCode;
        }
        catch (StartupException fault)
        {
            await error.WriteLineAsync(fault.Message);
            return ExitCode.Failed;
        }
    }

    /// <summary>The environment, in which a token from a file stands in for the variable.</summary>
    private static async Task<Func<string, string?>> VariablesAsync(string? tokenFile, CancellationToken cancellation)
    {
        if (tokenFile is null)
        {
            return Environment.GetEnvironmentVariable;
        }

        try
        {
            var token = (await File.ReadAllTextAsync(tokenFile, cancellation)).Trim();
            return name => name == ServerToken.Variable ? token : Environment.GetEnvironmentVariable(name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The token file '{tokenFile}' cannot be read: {e.Message}", e);
        }
    }
}
