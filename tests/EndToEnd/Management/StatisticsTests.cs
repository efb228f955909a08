using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Serverless.Device;
using Serverless.Device.Answers;
using Serverless.Device.Stats;
using Serverless.Tests.EndToEnd.Conformance;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Logs;

namespace Serverless.Tests.EndToEnd.Management;

[Collection(nameof(Conformance))]
public sealed class StatisticsTests(ConformanceServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_number_is_what_the_devices_did()
    {
        var app = await new ConformanceApp(server, "counted").PublishAsync("1.4.0");
        var seen = new Seen();
        using var downloads = new DownloadTap();
        using var http = new HttpClient(downloads);
        var profile = server.Deployment.DeviceOf(app.Id);
        PluginDevice[] devices =
        [
            New(profile with { Platform = DevicePlatform.Ios }),
            New(profile),
            New(profile with { PluginVersion = new Version(5, 9, 0) }),
        ];
        foreach (var version in new[] { "1.4.0", "1.4.1" })
        {
            await app.PublishAsync(version);
            foreach (var device in devices)
            {
                await device.ForegroundAsync(Cancellation);
                await device.BackgroundAsync(Cancellation);
                await device.LaunchAsync(Cancellation);
            }
        }

        // What the oldest plugin downloads is what the others would have without file lists, of which two devices took each release.
        var (zips, files) = (downloads.Bytes(isZip: true), downloads.Bytes(isZip: false));
        string[] expected =
        [
            $"checks {seen["check"]}", $"offers {seen["offer"]}", $"zipDownloads {seen["download_zip_complete"]}", $"zipDownloadsStarted {seen["download_zip_start"]}",
            $"fileDownloads {seen["download_manifest_complete"]}", $"fileDownloadsStarted {seen["download_manifest_start"]}", $"installs {seen["set"]}", "good 4", "failed 0",
            $"downloadedBytes {zips + files}", $"sparedBytes {(2 * zips) - files}",
        ];
        string[] counted = [];
        await Eventually.True(
            async () =>
            {
                var answer = await ReadAsync(app, "?step=hour");
                counted = answer.Body["series"]!.AsArray() is [{ } all] ? [.. expected.Select(line => line.Split(' ')[0]).Select(name => $"{name} {Sum(all[name]!)}")] : [];
                return counted.SequenceEqual(expected);
            },
            $"Statistics should have come to {string.Join(", ", expected)}.",
            deadline: TimeSpan.FromSeconds(30));

        // The oldest plugin does not report that it is ready: only a check a minute later would tell.
        Assert.Equal((6, 4), (seen["set"], seen["app_launch_ready"]));
        var overview = (await ReadAsync(app, "/overview")).Body;
        Assert.Equal((seen["check"], 4, 1.0), ((int)overview["lastHour"]!["checks"]!, (int)overview["lastHour"]!["good"]!, (double)overview["lastHour"]!["successRate"]!));

        PluginDevice New(DeviceProfile device) => new(device with { DeviceId = Guid.NewGuid().ToString() }, http, new DeviceOptions { BecomesReady = AppBehaviour.CallsNotifyAppReady, Observer = seen });
    }

    [Theory]
    [InlineData("step=week", "step")]
    [InlineData("from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z&step=minute", "from")]
    public async Task Question_that_cannot_be_answered_is_a_problem(string query, string member)
    {
        var app = await new ConformanceApp(server, $"miscounted{member}").PublishAsync("1.4.0");

        (await ReadAsync(app, $"?{query}")).RequireProblem(HttpStatusCode.BadRequest, "invalid_parameter", member);
    }

    private static long Sum(JsonNode line) => line.AsArray().Sum(point => point!.GetValue<long>());

    private Task<ManagementAnswer> ReadAsync(ConformanceApp app, string what) => server.ManageAsync(HttpMethod.Get, $"{app.Id}/statistics{what}");

    /// <summary>Counts what storage sends to devices.</summary>
    private sealed class DownloadTap() : DelegatingHandler(new SecretTap())
    {
        private readonly ConcurrentBag<(bool IsZip, long Bytes)> _downloads = [];

        public long Bytes(bool isZip) => _downloads.Where(download => download.IsZip == isZip).Sum(download => download.Bytes);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            var path = request.RequestUri!.AbsolutePath;
            if (request.Method == HttpMethod.Get && !path.StartsWith("/api/", StringComparison.Ordinal))
            {
                _downloads.Add((path.EndsWith(".zip", StringComparison.Ordinal), response.Content.Headers.ContentLength!.Value));
            }

            return response;
        }
    }

    /// <summary>What devices did, by the device's own account.</summary>
    private sealed class Seen : IDeviceObserver
    {
        private readonly ConcurrentDictionary<string, int> _counts = new();

        public int this[string what] => _counts.GetValueOrDefault(what);

        public void Answered(UpdateAnswer answer, TimeSpan elapsed)
        {
            Count("check");
            if (answer is Offer)
            {
                Count("offer");
            }
        }

        public void Reported(DeviceEvent happened) => Count(happened.Action);

        private void Count(string what) => _counts.AddOrUpdate(what, 1, (_, count) => count + 1);
    }
}
