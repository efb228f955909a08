using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Serverless.Tests.Support.Processes;

namespace Serverless.Bench.Load;

/// <summary>A server on loopback that is measured: ours as it is published, or the ceiling.</summary>
internal sealed class MeasuredProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(1);
    private static readonly HttpClient Http = new();

    private readonly ChildProcess _process;

    private MeasuredProcess(ChildProcess process, Uri address, TimeSpan start)
    {
        _process = process;
        Address = address;
        Start = start;
    }

    public Uri Address { get; }

    /// <summary>From the start of the process to its first answer to an update check.</summary>
    public TimeSpan Start { get; }

    /// <summary>Physical memory in bytes: now, and at its highest so far.</summary>
    public (long Now, long Peak) Memory
    {
        get
        {
            using var process = Process.GetProcessById(_process.Id);
            return (process.WorkingSet64, process.PeakWorkingSet64);
        }
    }

    /// <summary>Starts it and waits until it answers an update check.</summary>
    /// <param name="program">What to run: an executable, or an assembly for dotnet.</param>
    /// <param name="arguments">Besides the address.</param>
    /// <param name="environment">Settings.</param>
    /// <param name="check">The body of the first check.</param>
    public static async Task<MeasuredProcess> StartAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, string check)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
        string[] command = Path.GetExtension(program) == ".dll" ? ["dotnet", program] : [program];
        var start = new ProcessStartInfo(command[0], [.. command[1..], .. arguments, "--urls", address.GetLeftPart(UriPartial.Authority)])
        {
            WorkingDirectory = Path.GetDirectoryName(program),
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var started = Stopwatch.GetTimestamp();
        var process = ChildProcess.Start(start);
        while (!await AnswersAsync(address, check))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(started) > StartDeadline)
            {
                var output = $"{process.Output}";
                await process.DisposeAsync();
                throw new InvalidOperationException($"{program} did not answer. It wrote:\n{output}");
            }

            await Task.Delay(1);
        }

        return new MeasuredProcess(process, address, Stopwatch.GetElapsedTime(started));
    }

    /// <summary>Asks as the load does.</summary>
    /// <returns>The answer's body as it was sent.</returns>
    public async Task<byte[]> CheckAsync(string check)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, "api/updates"))
        {
            Content = new StringContent(check, Encoding.UTF8, "application/json"),
            Headers = { AcceptEncoding = { new StringWithQualityHeaderValue("gzip") } },
        };
        using var answer = await Http.SendAsync(request);
        return await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<bool> AnswersAsync(Uri address, string check)
    {
        // A refused request costs a third of a millisecond in exceptions, a refused connection a tenth of that: the server starts on the same two cores.
        if (!await ListensAsync(address))
        {
            return false;
        }

        try
        {
            using var content = new StringContent(check, Encoding.UTF8, "application/json");
            using var answer = await Http.PostAsync(new Uri(address, "api/updates"), content);
            return answer.StatusCode is HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<bool> ListensAsync(Uri address)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var attempt = new SocketAsyncEventArgs { RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, address.Port) };
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        attempt.Completed += (_, _) => done.SetResult();
        if (socket.ConnectAsync(attempt))
        {
            await done.Task;
        }

        return attempt.SocketError is SocketError.Success;
    }
}
