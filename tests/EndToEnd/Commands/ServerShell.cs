using System.Text.Json.Nodes;
using Serverless.Commands;
using Serverless.Tests.EndToEnd.Conformance;

namespace Serverless.Tests.EndToEnd.Commands;

/// <summary>Runs commands over the API in this process, as a script would: nobody is there to answer a question.</summary>
internal sealed class ServerShell : IDisposable
{
    private readonly string _tokenFile = Path.GetTempFileName();
    private readonly Uri _server;

    public ServerShell(Uri server, string token)
    {
        _server = server;
        File.WriteAllText(_tokenFile, token + "\n");
    }

    public static ServerShell Of(ConformanceServer server) => new(server.Deployment.Server.Address, server.Token);

    /// <param name="line">The command with its arguments, separated by spaces.</param>
    public async Task<ShellResult> RunAsync(string line)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var exitCode = await CommandLine.RunAsync([.. line.Split(' '), "--server", $"{_server}", "--token-file", _tokenFile], output, error);
        return new ShellResult(exitCode, $"{output}", $"{error}");
    }

    public void Dispose() => File.Delete(_tokenFile);
}

internal sealed record ShellResult(int ExitCode, string Output, string Error)
{
    /// <summary>What <c>--json</c> printed: an object a line, of which this is the only one.</summary>
    public JsonObject Json => JsonNode.Parse(Assert.Single(Output.Trim().Split('\n')))!.AsObject();

    public ShellResult RequireDone()
    {
        Assert.Equal((ExitCode: Serverless.Commands.ExitCode.Done, ""), (ExitCode, Error));
        return this;
    }

    public void RequireFault(int exitCode, string sentence)
    {
        Assert.Contains(sentence, Error, StringComparison.Ordinal);
        Assert.Equal((exitCode, ""), (ExitCode, Output));
    }
}
