using System.Diagnostics;
using System.Globalization;
using System.Text;
using Serverless.Storage;
using Serverless.Tests.EndToEnd.Conformance;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Faults;

namespace Serverless.Tests.EndToEnd.Scale;

/// <summary>
/// What devices and pages ask does not grow with releases, channels and devices: counted in storage operations and in bytes that storage answers, of a small
/// app and a large one by turns. How long it takes is only written down; <c>tests/EndToEnd/Scale/run.sh</c> has it done for ten thousand releases, a thousand
/// channels and a million devices.
/// </summary>
[Collection(nameof(Conformance))]
public sealed class ScaleTests(ConformanceServer server)
{
    // A page of a list, the rows of a ledger that one verification follows, and the releases that a report may look into are full in the small app already.
    private const int Releases = 120;
    private const int Channels = 20;
    private const int LedgerRows = 1_000;
    private const int Devices = 100;

    // In bytes: rows of a page are not all alike, and the background reads some meanwhile. What a scan would add is far more.
    private const int Slack = 8_000;

    // Releases that devices were offered.
    private const int Popular = 10;

    private static readonly int MoreReleases = Setting("SCALE_RELEASES", 300);
    private static readonly int MoreChannels = Setting("SCALE_CHANNELS", 40);
    private static readonly int MoreDevices = Setting("SCALE_DEVICES", 2_000);

    // What runs in the background only adds.
    private static readonly int Attempts = Setting("SCALE_CALLS", 3);
    private static readonly bool IsTimed = Attempts > 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly string[] OfDevices = [Tables.Outcomes, Tables.ChannelOverrides, Tables.DeviceKeys, Tables.NetworkDevices];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_that_devices_or_pages_ask_grows_with_releases_channels_or_devices()
    {
        var small = new ScaledApp(server, "scale.small");
        var large = new ScaledApp(server, "scale.large");
        await (await small.FillAsync(Releases, Channels, LedgerRows)).AddDevicesAsync(ScaledApp.Current, first: 0, Devices);
        var alone = IsTimed ? await MeasureAsync(small) : null;

        var begun = Stopwatch.GetTimestamp();
        var store = await large.FillAsync(Releases + MoreReleases, Channels + MoreChannels, LedgerRows);
        foreach (var (place, version) in Enumerable.Range(1, Popular - 1).Select(number => $"0.{number}.0").Prepend(ScaledApp.Current).Index())
        {
            await store.AddDevicesAsync(version, place * MoreDevices / Popular, MoreDevices / Popular);
        }

        await store.AddErrorsAsync("0.1.0");
        var filled = Stopwatch.GetElapsedTime(begun);
        var both = await MeasureAsync(small, large);
        if (alone is not null)
        {
            await WriteAsync(alone, both, filled);
        }

        Assert.All(both, call => Assert.True(Holds(call.Call, call.Costs), $"{call.Call.Name} took {Least(call.Costs[0])}, and {Least(call.Costs[1])} of the large app."));
        Assert.All(both, call => Assert.DoesNotContain(Least(call.Costs[1]).Requests, IsScanOfDevices));
    }

    private static int Setting(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var set) ? set : otherwise;

    private static bool IsScanOfDevices(StorageRequest request) =>
        request is { Service: StorageService.Table, Method: "GET" } && OfDevices.Contains(request.Container) && !request.Path.Contains("RowKey=", StringComparison.Ordinal);

    private static bool IsNoMore(Cost large, Cost small) => large.Operations <= small.Operations + 1 && large.Bytes <= small.Bytes + Slack;

    /// <summary>What the last app takes is no more than what the first one does, and than it may be anywhere.</summary>
    private static bool Holds(ScaleCall call, IReadOnlyList<List<Cost>> costs) =>
        call.Grows || (IsNoMore(Least(costs[^1]), Least(costs[0])) && Least(costs[^1]).Operations <= (call.MaxOperations ?? int.MaxValue));

    // What takes less than a millisecond is told from noise by many of it.
    private static int AttemptsOf(ScaleCall call) => IsTimed && call.MaxOperations is not null ? 10 * Attempts : Attempts;

    private static Cost Least(IEnumerable<Cost> calls) => calls.MinBy(call => (call.Operations, call.Bytes))!;

    /// <summary>
    /// Makes each call of one app after another, by turns. Timers that run over all apps may come between any of them: what took more than it may is asked
    /// again for a while.
    /// </summary>
    private async Task<IReadOnlyList<Measured>> MeasureAsync(params ScaledApp[] apps)
    {
        var measured = new List<Measured>();
        foreach (var turns in apps[0].Calls.Select((_, place) => apps.Select(app => app.Calls[place]).ToArray()).Where(turns => IsTimed || !turns[0].Grows))
        {
            // Snapshots and keys are read once, by whoever comes first.
            foreach (var call in turns)
            {
                await MeasureAsync(call);
            }

            var costs = turns.Select(_ => new List<Cost>()).ToArray();
            var since = Stopwatch.GetTimestamp();
            while (costs[0].Count < AttemptsOf(turns[0]) || (!Holds(turns[0], costs) && Stopwatch.GetElapsedTime(since) < Patience))
            {
                foreach (var (place, call) in turns.Index())
                {
                    costs[place].Add(await MeasureAsync(call));
                }
            }

            measured.Add(new Measured(turns[0], costs));
        }

        return measured;
    }

    private async Task<Cost> MeasureAsync(ScaleCall call)
    {
        var sent = await call.Prepare();
        server.Proxy.Forget();
        var begun = Stopwatch.GetTimestamp();
        await call.Send(sent);
        var took = Stopwatch.GetElapsedTime(begun);
        return new Cost(server.Proxy.Requests, server.Proxy.BytesAnswered, took.TotalMilliseconds, (took - server.Proxy.TimeInTables).TotalMilliseconds);
    }

    private static Task WriteAsync(IReadOnlyList<Measured> alone, IReadOnlyList<Measured> both, TimeSpan filled)
    {
        var rows = 3 * (Releases + MoreReleases) + MoreChannels + LedgerRows + MoreDevices * 11 / 10;
        var report = new StringBuilder()
            .AppendLine(CultureInfo.InvariantCulture, $"A small app ({Releases} releases, {Channels} channels, {Devices} devices) and a large one ({Releases + MoreReleases:N0} releases, {Channels + MoreChannels:N0} channels, {MoreDevices:N0} devices)")
            .AppendLine(CultureInfo.InvariantCulture, $"on one server and Azurite, {Environment.ProcessorCount} processors for server, emulator and test, a load of {Load()} at the end. {Attempts} calls of each after the first, and ten times as many checks and offers, of one app and the other by turns.")
            .AppendLine(CultureInfo.InvariantCulture, $"The large app was made in {filled.TotalSeconds:N0} s, {rows / filled.TotalSeconds:N0} rows a second. Times are medians in milliseconds.")
            .AppendLine("The emulator goes through the rows of a partition for each that it reads, which Azure does not. So the time is given a second time without what it took for tables, and by the side of operations and bytes, which do not depend on it.")
            .AppendLine()
            .AppendLine("| call | small, before the large one was there | small | large | slowest of large | without tables: small | large | large : small | table operations: small | large | bytes from storage: small | large |")
            .AppendLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var (before, call) in alone.Zip(both))
        {
            var (small, large) = (call.Costs[0], call.Costs[1]);
            var (own, ofLarge) = (Median(small, cost => cost.Outside), Median(large, cost => cost.Outside));
            report.AppendLine(CultureInfo.InvariantCulture, $"| {call.Call.Name} | {Took(before.Costs[0]):F1} | {Took(small):F1} | {Took(large):F1} | {large.Max(cost => cost.Milliseconds):F1} | {own:F1} | {ofLarge:F1} | {ofLarge / own:F2} | {Least(small).Operations} | {Least(large).Operations} | {Least(small).Bytes} | {Least(large).Bytes} |");
        }

        return File.WriteAllTextAsync(Path.Combine(Repository.Cache("scale"), "results.md"), report.ToString(), Cancellation);
    }

    private static double Took(IReadOnlyList<Cost> costs) => Median(costs, cost => cost.Milliseconds);

    private static double Median(IReadOnlyList<Cost> costs, Func<Cost, double> part) => costs.Select(part).Order().ElementAt(costs.Count / 2);

    private static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";

    /// <param name="Call">As the first app makes it.</param>
    /// <param name="Costs">Of each app.</param>
    private sealed record Measured(ScaleCall Call, IReadOnlyList<List<Cost>> Costs);

    /// <param name="Requests">That reached storage meanwhile.</param>
    /// <param name="Bytes">That storage answered.</param>
    /// <param name="Milliseconds">From the question to the answer.</param>
    /// <param name="Outside">Of them, those in which nothing was asked of a table.</param>
    private sealed record Cost(IReadOnlyList<StorageRequest> Requests, long Bytes, double Milliseconds, double Outside)
    {
        public int Operations => Requests.Count(request => request.Service is StorageService.Table);

        public override string ToString() => $"{Operations} operations and {Bytes} bytes";
    }
}
