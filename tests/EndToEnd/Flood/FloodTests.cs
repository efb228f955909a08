using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using CsCheck;
using Serverless.Tests.EndToEnd.Conformance;

namespace Serverless.Tests.EndToEnd.Flood;

/// <summary>
/// Malformed requests at full speed, pipelined and on several connections: the server finds the fault with the client, keeps its memory, and stays
/// well. The same requests in every run; the environment variable <c>FLOOD_REQUESTS</c> asks for more of them, and counts those that the server answered.
/// </summary>
[Collection(nameof(Conformance))]
public sealed class FloodTests(ConformanceServer server)
{
    private const int Usual = 10_000;
    private const int AtOnce = 8;
    // What RFC 9110 (15.6.6) wants Kestrel to answer to a request of HTTP 9.9, and the client's fault all the same.
    private const int VersionNotSupported = 505;
    private const ulong Seed = 20_261_127;

    // Of a server whose garbage is collected when it pleases: a byte kept of each request would be far more.
    private const long MaxGrowth = 256L * 1024 * 1024;

    private static readonly TimeSpan HealthTimeout = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<int, int> _statuses = new();
    private int _answered;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Uri Address => server.Deployment.Server.Address;

    [Fact]
    public async Task Malformed_requests_are_refused_without_a_fault_of_the_server_and_without_growth()
    {
        var count = int.Parse(Environment.GetEnvironmentVariable("FLOOD_REQUESTS") ?? $"{Usual}", CultureInfo.InvariantCulture);
        await FloodAsync(firstConnection: 0, count / 10);
        using var process = Process.GetProcessById(server.Deployment.Server.Id);
        var before = process.WorkingSet64;
        var linesBefore = server.Deployment.Output.Count;

        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var watch = WatchAsync(process, end.Token);
        var clock = Stopwatch.StartNew();
        await FloodAsync(firstConnection: 1_000_000, count);
        var elapsed = clock.Elapsed;
        await end.CancelAsync();
        var (peak, healthAnswers) = await watch;

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{count / elapsed.TotalSeconds:N0} requests a second; memory {before >> 20} MB before, {peak >> 20} MB at most; health answered {healthAnswers} times\n"
            + string.Join('\n', _statuses.OrderBy(status => status.Key).Select(status => $"{status.Value,9} {status.Key}")));
        Assert.DoesNotContain(_statuses.Keys, status => status >= 500 && status != VersionNotSupported);
        Assert.InRange(peak - before, long.MinValue, MaxGrowth);
        Assert.True(healthAnswers > 0);
        var faults = string.Join('\n', server.Deployment.Output.Skip(linesBefore).Where(line => line.Contains(" fail: ", StringComparison.Ordinal)));
        Assert.True(faults.Length == 0, faults);

        // Requests that are all refused at the door would prove little.
        Assert.Subset(_statuses.Keys.ToHashSet(), new HashSet<int> { 200, 400, 401, 404, 405, 413, 414, 431 });
    }

    private async Task FloodAsync(int firstConnection, int count)
    {
        var enough = Volatile.Read(ref _answered) + count;
        var next = firstConnection - 1;
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
        {
            while (Volatile.Read(ref _answered) < enough)
            {
                var chaos = new Chaos(new PCG((uint)Interlocked.Increment(ref next), Seed));
                var statuses = await FloodConnection.RunAsync(Address, chaos, Cancellation);
                Interlocked.Add(ref _answered, statuses.Count);
                foreach (var status in statuses)
                {
                    _statuses.AddOrUpdate(status, 1, static (_, times) => times + 1);
                }
            }
        }));
    }

    /// <summary>Asks for the server's health all the while, each time on a connection of its own.</summary>
    private async Task<(long PeakMemory, int HealthAnswers)> WatchAsync(Process process, CancellationToken end)
    {
        var (peak, answers) = (0L, 0);
        while (!end.IsCancellationRequested)
        {
            using var http = new HttpClient { BaseAddress = Address, Timeout = HealthTimeout };
            using var health = await http.GetAsync(new Uri("api/health", UriKind.Relative), Cancellation);
            Assert.Equal(HttpStatusCode.OK, health.StatusCode);
            answers++;
            process.Refresh();
            peak = Math.Max(peak, process.WorkingSet64);
            await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(20), Cancellation), Task.Delay(Timeout.Infinite, end));
        }

        return (peak, answers);
    }
}
