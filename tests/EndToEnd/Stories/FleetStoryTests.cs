using Serverless.Device;
using Serverless.Fleet;
using Serverless.Tests.Support;

namespace Serverless.Tests.EndToEnd.Stories;

public sealed class FleetStoryTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const int Devices = 60;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Fleet_goes_through_two_good_releases_and_a_bad_one(bool keyed)
    {
        var app = keyed ? "com.example.keyedfleet" : "com.example.fleet";
        await using var deployment = await Deployment.StartAsync(
            KeyValuePair.Create<string, string?>("AzureWebJobsStorage", azurite.ConnectionString));
        var options = new FleetOptions
        {
            Server = deployment.Server.Address,
            App = app,
            Devices = Devices,
            OlderPlugins = !keyed,
            PublicKey = keyed ? await deployment.ReadPublicKeyAsync(app) : null,
            Seed = 20_261,
            Connections = 8,
            Spread = TimeSpan.FromSeconds(3),
        };
        var fleet = new DeviceFleet(options, deployment.Http, "1.2.0");
        var dropZone = new DropZone(azurite.ConnectionString, app, "production");

        var complaints = await new FleetStory(fleet, options, dropZone.PublishAsync).TellAsync(Cancellation);

        Assert.Empty(complaints);
        Assert.Equal(Devices, fleet.Census["1.1.0"]);
    }

    [Fact]
    public async Task Fleet_follows_ramps_and_leaves_a_release_that_is_bad_on_one_platform_there_alone()
    {
        const string App = "com.example.rampedfleet";
        await using var deployment = await Deployment.StartAsync(
            KeyValuePair.Create<string, string?>("AzureWebJobsStorage", azurite.ConnectionString),

            // Of few devices of each platform three may fail before enough of the other were seen; then the release would go everywhere.
            KeyValuePair.Create<string, string?>("Rollbacks__MinFailedDevices", "8"));
        var options = new FleetOptions
        {
            Server = deployment.Server.Address,
            App = App,
            Devices = 120,
            BadShare = 0.7,
            BadPlatform = PlatformMix.Ios,
            Seed = 20_261,
            Connections = 8,
            Spread = TimeSpan.FromSeconds(8),
            Patience = TimeSpan.FromSeconds(120),
        };
        var fleet = new DeviceFleet(options, deployment.Http, "1.2.0");
        var dropZone = new DropZone(azurite.ConnectionString, App, "production");
        var story = new RolloutStory(fleet, options, dropZone.PublishAsync, new Operator(deployment.Http, options.Server, App, "production", await new StoredState(azurite.ConnectionString).IssueTokenAsync()));

        var complaints = await story.TellAsync(Cancellation);

        Assert.Empty(complaints);
        Assert.Equal(fleet.Devices.Count(device => device.Platform is DevicePlatform.Ios), fleet.Census["1.1.0"]);
        Assert.Equal(fleet.Devices.Count(device => device.Platform is DevicePlatform.Android), fleet.Census["1.2.0"]);
    }
}
