using Serverless.Fleet;
using Serverless.Tests.Unit.Device;

namespace Serverless.Tests.Unit.Fleet;

public sealed class FleetStoryTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Story_ends_well_with_a_server_that_withdraws(bool keyed)
    {
        using var signer = new BundleSigner();
        await using var server = await LoopbackServer.StartAsync(keyed ? signer : null);
        using var http = new HttpClient();
        var options = Options(server) with { PublicKey = keyed ? signer.PublicKey : null, OlderPlugins = !keyed };
        var fleet = new DeviceFleet(options, http, "1.2.0");
        var timeline = new List<string>();
        var story = new FleetStory(fleet, options, Publish(server));
        story.Happened += moment =>
        {
            lock (timeline)
            {
                timeline.Add(moment.Sentence);
            }
        };

        var complaints = await story.TellAsync(Cancellation);

        Assert.Empty(complaints);
        Assert.Equal(24, fleet.Census["1.1.0"]);
        Assert.Contains("first update_fail", timeline);
        Assert.Equal("1.2.0 offered to nobody again", timeline[^1]);
    }

    [Fact]
    public async Task Story_ends_badly_when_nothing_is_withdrawn()
    {
        await using var server = await LoopbackServer.StartAsync();
        using var http = new HttpClient();
        var options = Options(server) with { BadShare = 0, Patience = TimeSpan.FromSeconds(1) };
        var fleet = new DeviceFleet(options, http, "1.2.0");

        var complaints = await new FleetStory(fleet, options, Publish(server)).TellAsync(Cancellation);

        Assert.StartsWith("1.2.0 was never withdrawn", Assert.Single(complaints), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_counts_what_was_answered()
    {
        await using var server = await LoopbackServer.StartAsync();
        using var http = new HttpClient();
        var fleet = new DeviceFleet(Options(server), http, "1.2.0");

        var result = await LoadRun.RunAsync(fleet.Devices, connections: 4, TimeSpan.FromMilliseconds(200), Cancellation);

        Assert.Empty(result.Complaints);
        Assert.Equal(server.Checks.Count, result.Latencies.Count);
    }

    [Fact]
    public void Percentiles_are_true_to_one_per_cent()
    {
        var latencies = new Latencies();
        for (var milliseconds = 1; milliseconds <= 1000; milliseconds++)
        {
            latencies.Record(TimeSpan.FromMilliseconds(milliseconds));
        }

        Assert.InRange(latencies.Percentile(0.50).TotalMilliseconds, 495, 505);
        Assert.InRange(latencies.Percentile(0.99).TotalMilliseconds, 980, 1000);
    }

    private static FleetOptions Options(LoopbackServer server) => new()
    {
        Server = server.Address,
        App = "com.example.fleet",
        Devices = 24,
        Connections = 8,
        Spread = TimeSpan.FromMilliseconds(500),
        Patience = TimeSpan.FromSeconds(20),
    };

    private static PublishRelease Publish(LoopbackServer server) => (version, zip, _) =>
    {
        server.Publish(version, zip);
        return Task.CompletedTask;
    };
}
