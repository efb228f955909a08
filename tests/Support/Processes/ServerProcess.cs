using Serverless.Tests.Support.Logs;

namespace Serverless.Tests.Support.Processes;

/// <summary>The real server as a process of its own, so that a test can watch it start, drain, or die at any instant.</summary>
/// <example><code>
/// await using var server = await ServerProcess.StartAsync(
///     new Dictionary&lt;string, string?&gt; { ["AzureWebJobsStorage"] = proxy.ConnectionString }, cancellationToken: cancellationToken);
/// await server.Http.PostAsJsonAsync("/api/updates", check, cancellationToken);
/// server.Kill();
/// </code></example>
public sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan TerminateDeadline = TimeSpan.FromSeconds(60);

    // So that the run's log holds what an operator can have logged, and shows whether it holds a secret.
    private static readonly (string Category, string Level)[] Verbose = [("Serverless", "Trace"), ("Microsoft.AspNetCore.Hosting", "Information")];

    private readonly ChildProcess _process;

    private ServerProcess(ChildProcess process, Uri address)
    {
        _process = process;
        Address = address;
        Http = new HttpClient(new SecretTap()) { BaseAddress = address };
    }

    /// <summary><c>http://127.0.0.1:{port}/</c>.</summary>
    public Uri Address { get; }

    /// <summary>A client of this server, disposed with it.</summary>
    public HttpClient Http { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>The lines written so far to both streams.</summary>
    public IReadOnlyList<string> Output => _process.Output.Lines;

    /// <summary>Starts the server on a free loopback port and waits until <c>GET /api/health</c> answers 200.</summary>
    /// <param name="environment">Added to the test's own, of which storage, URLs and environment name are not inherited.</param>
    /// <param name="port">The port of a server that was killed, to start its successor in its place.</param>
    /// <param name="assembly">Another build of the server than the one beside the running tests.</param>
    /// <param name="cancellationToken">Gives up, and ends the server.</param>
    /// <exception cref="InvalidOperationException">The server is not built, or exited before it was healthy; the message holds its output.</exception>
    /// <exception cref="TimeoutException">It was not healthy within 60 seconds; the message holds its output.</exception>
    public static async Task<ServerProcess> StartAsync(
        IReadOnlyDictionary<string, string?> environment, int? port = null, string? assembly = null, CancellationToken cancellationToken = default)
    {
        var address = new Uri($"http://127.0.0.1:{port ?? FreePort.Next()}/");
        var start = ServerProgram.Start(["--urls", address.GetLeftPart(UriPartial.Authority)], environment, assembly);
        foreach (var (category, level) in Verbose)
        {
            start.Environment.TryAdd($"Logging__Console__LogLevel__{category}", level);
        }

        var server = new ServerProcess(ChildProcess.Start(start), address);
        try
        {
            await server.WaitUntilHealthyAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGKILL, of this process and no other: nothing is drained, flushed or closed.</summary>
    public void Kill() => _process.Kill();

    /// <summary>SIGTERM; answers the exit code once the server has drained.</summary>
    /// <exception cref="TimeoutException">It still ran after 60 seconds; the message holds its output.</exception>
    public async Task<int> TerminateAsync(CancellationToken cancellationToken = default)
    {
        _process.Terminate();
        try
        {
            return await _process.ExitAsync(cancellationToken).WaitAsync(TerminateDeadline, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The server still ran {TerminateDeadline.TotalSeconds} s after SIGTERM. It wrote:\n{_process.Output}");
        }
    }

    /// <summary>Waits for the end of a server that was killed or ends by itself.</summary>
    public Task<int> ExitAsync(CancellationToken cancellationToken = default) => _process.ExitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _process.DisposeAsync();
    }

    private async Task WaitUntilHealthyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Eventually.True(IsHealthyAsync, "The server should have become healthy.", StartDeadline);
        }
        catch (TimeoutException timeout)
        {
            throw new TimeoutException($"{timeout.Message} It wrote:\n{_process.Output}");
        }

        async Task<bool> IsHealthyAsync()
        {
            if (_process.HasExited)
            {
                var exitCode = await _process.ExitAsync(cancellationToken);
                throw new InvalidOperationException($"The server exited with code {exitCode} before it was healthy. It wrote:\n{_process.Output}");
            }

            try
            {
                using var answer = await Http.GetAsync(new Uri("/api/health", UriKind.Relative), cancellationToken);
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }
    }
}
