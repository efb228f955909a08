using System.Net.Http.Headers;
using System.Text;
using Serverless.Tests.EndToEnd.Stories;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;

namespace Serverless.Tests.EndToEnd.Observability;

/// <summary>What a collector is told of a release's life.</summary>
public sealed class TraceStoryTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string App = "com.example.traced";
    private const string Version = "1.0.0";

    // Of the pipeline that uploads, as it sends them: W3C Trace Context, section 3.2.
    private const string PipelineTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string PipelineSpan = "00f067aa0ba902b7";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Release_is_one_trace_from_upload_to_publication_and_one_from_report_to_pointer_move()
    {
        await using var collector = await OtlpCollector.StartAsync(Cancellation);
        await using var deployment = await Deployment.StartAsync([.. Deployment.Quick, .. collector.Settings, new("AzureWebJobsStorage", azurite.ConnectionString)]);
        var storage = new StoredState(azurite.ConnectionString);

        await UploadAsync(deployment);
        await storage.WaitUntilIdleAsync();

        var publication = await FindAsync(collector, "publish");
        Assert.Equal(
            ["publish", "intake", "serverless-blobs-intake", "notice", "PUT /api/manage/apps/{app}/uploads/{channel}/{version}"], AncestryOf(publication, collector.Spans).Select(span => span.Name));
        Assert.Equal((PipelineTrace, PipelineSpan), (publication.Trace, AncestryOf(publication, collector.Spans).Last().Parent));
        Assert.Equal((App, Version, "production"), (publication.Attributes["updates.app"], publication.Attributes["updates.version"], publication.Attributes["updates.channel"]));

        StoryDevice[] devices = [.. Enumerable.Range(0, 3).Select(_ => new StoryDevice(deployment.DeviceOf(App), deployment.Http, failsOn: Version))];
        foreach (var device in devices)
        {
            await device.UpdateAsync();
        }

        await Eventually.True(async () => await storage.FindIncidentAsync(App, Version) is { Moves.Length: > 0 }, $"{Version} should have been withdrawn.");

        var move = await FindAsync(collector, "move");
        Assert.Equal(["move", "withdraw", "failure-reports", "POST /api/stats"], AncestryOf(move, collector.Spans).Select(span => span.Name));
        var decision = Assert.Single(collector.Spans, span => span.Name == "decide" && span.Trace == move.Trace);
        Assert.Equal("Rollback", decision.Attributes["updates.decision"]);
        await Eventually.True(() => collector.Spans.Any(span => span.Name == "recoveries" && span.Trace == move.Trace), "The recovery should go on in the trace of the report.");

        await Eventually.True(() => collector.Holds("logs", Convert.FromHexString(move.Trace)), "The log should name the trace.");
        await Eventually.True(() => collector.Holds("metrics", "updates.rollbacks"u8.ToArray()), "The metrics should have been told.");
        Assert.All(devices, device => RequireUnnamed(device, collector));
        Assert.DoesNotContain(collector.Spans, span => span.Attributes.ContainsKey("url.path") || span.Attributes.ContainsKey("url.query"));
    }

    /// <summary>The device's id is the last word of what it is called.</summary>
    private static void RequireUnnamed(StoryDevice device, OtlpCollector collector)
    {
        var id = Encoding.UTF8.GetBytes($"{device}".Split(' ')[^1]);

        Assert.All(["traces", "metrics", "logs"], signal => Assert.False(collector.Holds(signal, id), $"The id of a device is in the {signal}."));
    }

    private static async Task UploadAsync(Deployment deployment)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(deployment.Server.Address, $"api/manage/apps/{App}/uploads/production/{Version}"));
        request.Content = new ByteArrayContent(WebBundle.Small(Version).Zip());
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await deployment.ReadFirstTokenAsync());
        request.Headers.Add("traceparent", $"00-{PipelineTrace}-{PipelineSpan}-01");
        using var answer = await deployment.Http.SendAsync(request, Cancellation);
        answer.EnsureSuccessStatusCode();
    }

    private static Task<Span> FindAsync(OtlpCollector collector, string name) => Eventually.Value(
        () => Task.FromResult(collector.Spans.FirstOrDefault(span => span.Name == name && AncestryOf(span, collector.Spans).Last().Name.Contains(' ', StringComparison.Ordinal))),
        $"There should be a span {name}, and all above it.");

    /// <summary>The span, its parent, and so on to the one whose parent is elsewhere.</summary>
    private static IEnumerable<Span> AncestryOf(Span span, IReadOnlyList<Span> spans)
    {
        for (var next = span; next is not null; next = spans.FirstOrDefault(above => above.Trace == next.Trace && above.Id == next.Parent))
        {
            yield return next;
        }
    }
}
