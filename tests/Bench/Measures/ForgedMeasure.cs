using System.Net;
using System.Text;
using Azure.Data.Tables;
using Microsoft.Extensions.Options;
using Serverless.Bench.Load;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Tests.Support;

namespace Serverless.Bench.Measures;

/// <summary>Failures that devices report of a release which they were never offered.</summary>
internal static class ForgedMeasure
{
    private const int Devices = 10_000;
    private const int EventsPerReport = 20;
    private const int Connections = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static async Task<ResultTable> RunAsync(Stage stage)
    {
        const string app = $"{Stage.App}.forged";
        await using var server = await stage.StartAsync();
        foreach (var version in new[] { "0.9.0", Stage.Version })
        {
            await stage.DropAsync(app, version, new BinaryData(Tests.Support.Bundles.WebBundle.Small(version).Zip()));
            await stage.PublishedAsync(app, version);
        }

        using var http = new HttpClient { BaseAddress = server.Address };
        await Parallel.ForEachAsync(
            RequestFile.Failures(app, Stage.Version, Devices, EventsPerReport),
            new ParallelOptions { MaxDegreeOfParallelism = Connections },
            async (body, cancellation) =>
            {
                // As the plugin does where storage is too busy to take a report in.
                while (await SendAsync(http, body, cancellation) is HttpStatusCode.TooManyRequests)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(500), cancellation);
                }
            });

        var outcomes = new OutcomeStore(
            new TableServiceClient(stage.Storage), offers: null!, narrowings: null!, cap: null!, usage: null!, TimeProvider.System, Options.Create(new EvidenceOptions()));
        OutcomeTally tally = default;
        await Eventually.True(
            async () => (tally = (await outcomes.TallyAsync(Stage.Id(app), BundleVersion.Parse(Stage.Version), CancellationToken.None)).Total).Discarded == Devices,
            $"All {Devices} reports should have been counted as those of strangers.",
            Patience);
        var pointer = await stage.PointerAsync(app);
        return new ResultTable(
            "Forged reports",
            $"{Devices:N0} devices that were never offered a release report that it failed, while nobody else uses it.",
            ["reported", "counted as strangers'", "counted as failed", "the channel leads to"],
            [[$"{Devices:N0}", $"{tally.Discarded:N0}", $"{tally.Failed:N0}", $"{pointer}"]])
        {
            Verdicts = [new Verdict($"forged reports ({Devices:N0} unknown devices)", "move no decision", $"{tally.Failed} failures, channel at {pointer}", tally.Failed == 0 && pointer == Stage.Version)],
        };
    }

    private static async Task<HttpStatusCode> SendAsync(HttpClient http, string body, CancellationToken cancellation)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri("api/stats", UriKind.Relative), content, cancellation);
        return answer.StatusCode is HttpStatusCode.TooManyRequests ? answer.StatusCode : answer.EnsureSuccessStatusCode().StatusCode;
    }
}
