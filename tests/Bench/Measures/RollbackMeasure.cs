using System.Diagnostics;
using Serverless.Device;
using Serverless.Tests.Support.Bundles;

namespace Serverless.Bench.Measures;

/// <summary>From the report that decides against a release to the pointer that leads back.</summary>
internal static class RollbackMeasure
{
    private const int Apps = 9;
    private const string Bad = "1.1.0";

    public static async Task<ResultTable> RunAsync(Stage stage)
    {
        await using var server = await stage.StartAsync(
            KeyValuePair.Create("Rollbacks__MinFailedDevices", "1"), KeyValuePair.Create("Rollbacks__Alpha", "0.3"));
        using var http = new HttpClient();
        var taken = new List<double>();
        while (taken.Count < Apps)
        {
            var app = $"{Stage.App}.failing{taken.Count}";
            foreach (var version in new[] { Stage.Version, Bad })
            {
                await stage.DropAsync(app, version, new BinaryData(WebBundle.Small(version).Zip()));
                await stage.PublishedAsync(app, version);
            }

            var profile = DeviceProfile.For(server.Address, app) with { VersionBuild = "1.0.0-rc.1" };
            var device = new PluginDevice(profile, http, new DeviceOptions { BecomesReady = bundle => bundle.Version != Bad });
            await Until(async () =>
            {
                await device.ForegroundAsync(CancellationToken.None);
                return device.Next?.Version == Bad;
            });
            await device.BackgroundAsync(CancellationToken.None);

            var launched = Stopwatch.GetTimestamp();
            var launch = device.LaunchAsync(CancellationToken.None);
            await Until(async () => await stage.PointerAsync(app) == Stage.Version);
            taken.Add(Stopwatch.GetElapsedTime(launched).TotalMilliseconds);
            await launch;
        }

        taken.Sort();
        var middle = taken[Apps / 2];
        return new ResultTable(
            "Rollback",
            $"Milliseconds from the launch that fails, and is reported, to the pointer that leads back, of {Apps} releases that one report decides against.",
            ["", "fastest", "median", "slowest"],
            [["report to pointer", $"{taken[0]:N0}", $"{middle:N0}", $"{taken[^1]:N0}"]])
        {
            Verdicts = [new Verdict("deciding report to pointer moved", "≤ 1,000 ms", $"{middle:N0} ms", middle <= 1000)],
        };
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        while (!await condition())
        {
            await Task.Delay(2);
        }
    }
}
