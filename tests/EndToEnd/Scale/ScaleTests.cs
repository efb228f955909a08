using System.Diagnostics;
using System.Globalization;
using System.Text;
using Serverless.Storage;
using Serverless.Tests.EndToEnd.Conformance;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Faults;

namespace Serverless.Tests.EndToEnd.Scale;

/// <summary>
/// What a page reads does not grow with releases and devices: counted in storage operations and in bytes that storage answers. How long it takes is only
/// written down; <c>tests/EndToEnd/Scale/run.sh</c> has it done for ten thousand releases and a million devices.
/// </summary>
[Collection(nameof(Conformance))]
public sealed class ScaleTests(ConformanceServer server)
{
    // A page of a list and the rows of a ledger that one verification follows are full in the smaller store already.
    private const int Releases = 120;
    private const int LedgerRows = 1_000;

    // In bytes: rows of a page are not all alike, and the background reads some meanwhile. What a scan would add is far more.
    private const int Slack = 8_000;

    // Releases that devices were offered.
    private const int Popular = 10;

    private static readonly int MoreReleases = Setting("SCALE_RELEASES", 300);
    private static readonly int MoreDevices = Setting("SCALE_DEVICES", 2_000);

    // What runs in the background only adds.
    private static readonly int Attempts = Setting("SCALE_CALLS", 3);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly string[] OfDevices = [Tables.Outcomes, Tables.ChannelOverrides, Tables.DeviceKeys, Tables.NetworkDevices];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_read_of_a_page_grows_with_releases_or_devices()
    {
        var app = await new ConformanceApp(server, "scale").PublishAsync("1.0.0");
        var store = new GeneratedStore(server.StorageConnection, StoredState.Id(app.Id));
        await store.AddReleasesAsync(first: 1, Releases);
        await store.AddLedgerAsync(LedgerRows);
        await store.AddDevicesAsync("1.0.0", first: 0, count: 100);
        await store.AddErrorsAsync("1.0.0");
        await store.AddStatisticsAsync(hours: 48, versions: 32);
        var reads = PageReads.Of(app.Id, "1.0.0");
        var small = await CostAsync(reads);

        await store.AddReleasesAsync(first: Releases + 1, MoreReleases);
        foreach (var version in Enumerable.Range(1, Popular - 1).Select(number => $"0.{number}.0").Prepend("1.0.0"))
        {
            await store.AddDevicesAsync(version, first: 0, MoreDevices / Popular);
        }

        await store.AddErrorsAsync("0.1.0");
        var large = await CostAsync(reads, small);
        await WriteAsync(app.Id, large);

        Assert.All(reads, read => Assert.True(
            IsNoMore(large[read], small[read]),
            $"{read} took {small[read].Operations} operations and {small[read].Bytes} bytes, and {large[read].Operations} and {large[read].Bytes} on the larger store."));
        Assert.All(reads, read => Assert.DoesNotContain(large[read].Requests, IsScanOfDevices));
    }

    private static int Setting(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var set) ? set : otherwise;

    private static bool IsScanOfDevices(StorageRequest request) =>
        request is { Service: StorageService.Table, Method: "GET" } && OfDevices.Contains(request.Container) && !request.Path.Contains("RowKey=", StringComparison.Ordinal);

    private static bool IsNoMore(Cost large, Cost small) => large.Operations <= small.Operations + 1 && large.Bytes <= small.Bytes + Slack;

    /// <summary>The least that each read took. Where that is more than before, timers that run over all apps may have come between: it is asked again until they have not.</summary>
    private async Task<IReadOnlyDictionary<string, Cost>> CostAsync(IEnumerable<string> reads, IReadOnlyDictionary<string, Cost>? before = null)
    {
        var costs = new Dictionary<string, Cost>();
        foreach (var read in reads)
        {
            // Snapshots and keys are read once, by whoever comes first.
            await PageReads.ReadAsync(server, read);
            var calls = new List<Cost>();
            var since = Stopwatch.GetTimestamp();
            while (calls.Count < Attempts || (before is not null && !calls.Any(call => IsNoMore(call, before[read])) && Stopwatch.GetElapsedTime(since) < Patience))
            {
                server.Proxy.Forget();
                var begun = Stopwatch.GetTimestamp();
                await PageReads.ReadAsync(server, read);
                calls.Add(new Cost(server.Proxy.Requests, server.Proxy.BytesAnswered, Stopwatch.GetElapsedTime(begun).TotalMilliseconds));
            }

            var times = calls.Select(call => call.Milliseconds).Order().ToArray();
            costs[read] = calls.MinBy(call => (call.Operations, call.Bytes))! with { Milliseconds = times[times.Length / 2], Slowest = times[^1] };
        }

        return costs;
    }

    private static Task WriteAsync(string app, IReadOnlyDictionary<string, Cost> costs)
    {
        var report = new StringBuilder()
            .AppendLine(CultureInfo.InvariantCulture, $"{Releases + MoreReleases:N0} releases and {MoreDevices:N0} devices on Azurite, {Environment.ProcessorCount} processors for server, emulator and test, {Attempts} calls of each after the first.")
            .AppendLine()
            .AppendLine("| read | median ms | slowest ms | table operations | bytes from storage |")
            .AppendLine("| --- | ---: | ---: | ---: | ---: |");
        foreach (var (read, cost) in costs)
        {
            var shown = read.Split('?')[0][app.Length..];
            report.AppendLine(CultureInfo.InvariantCulture, $"| `{{app}}{shown}` | {cost.Milliseconds:F0} | {cost.Slowest:F0} | {cost.Operations} | {cost.Bytes} |");
        }

        return File.WriteAllTextAsync(Path.Combine(Repository.Cache("scale"), "results.md"), report.ToString(), Cancellation);
    }

    private sealed record Cost(IReadOnlyList<StorageRequest> Requests, long Bytes, double Milliseconds, double Slowest = 0)
    {
        public int Operations => Requests.Count(request => request.Service is StorageService.Table);
    }
}
