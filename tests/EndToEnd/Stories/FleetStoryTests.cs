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
}
