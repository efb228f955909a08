using Serverless.Device;
using Serverless.Device.Answers;
using Serverless.Device.Bundles;
using Serverless.Storage;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;

namespace Serverless.Tests.EndToEnd.Stories;

public sealed class UpdateStoryTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string App = "com.example.story";
    private const string Good = "1.1.0";
    private const string Bad = "1.2.0";

    /// <summary>What a zip of the real bundle adds to the app's own files.</summary>
    private const int AddedFiles = 2;

    private static readonly Version Older = new(8, 41, 12);
    private static readonly Version Misnumbered = new(10, 0, 0);

    private readonly StoredState _storage = new(azurite.ConnectionString);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bad_release_of_a_real_app_is_withdrawn_and_every_device_ends_on_the_good_one()
    {
        await using var deployment = await Deployment.StartAsync(Storage());
        var bundle = await RealBundle.PrepareAsync(Cancellation);
        await PushAsync(deployment, bundle, "1.0.0", sequence: 1);
        await PushAsync(deployment, bundle, Good, sequence: 2);

        var key = await deployment.ReadPublicKeyAsync(App);
        StoryDevice[] unlucky =
        [
            new(Android(key), deployment.Http, failsOn: Bad),
            new(Ios(key), deployment.Http, failsOn: Bad, new DownloadInterruption(AfterBytes: 1_000_000)),
            new(Ios(), deployment.Http, failsOn: Bad),
        ];
        StoryDevice[] lucky =
        [
            new(Android(), deployment.Http),
            new(Android() with { PluginVersion = Older }, deployment.Http),
            new(Android() with { PluginVersion = Misnumbered }, deployment.Http),
        ];
        StoryDevice[] settled = [.. unlucky, .. lucky];
        foreach (var device in settled)
        {
            Assert.Equal((device, LaunchOutcome.Ready), (device, await device.UpdateAsync()));
            Assert.Equal((device, Good), (device, device.Running));
            Assert.Equal((device, bundle.Files.Count + AddedFiles), (device, device.Files!.Paths.Count));
        }

        await PushAsync(deployment, bundle, Bad, sequence: 3);
        await WaitUntilOfferedAsync(Android(), deployment.Http, Bad);
        var newcomer = new StoryDevice(Android(key), deployment.Http, failsOn: Bad);
        var fortunate = lucky[0];
        StoryDevice[] exposed = [.. unlucky, newcomer, fortunate];
        foreach (var device in exposed)
        {
            await device.OpenAndLeaveAsync();
            Assert.Equal((device, Bad), (device, device.Running));
        }

        Assert.Equal(LaunchOutcome.Ready, await fortunate.LaunchAsync());
        foreach (var device in exposed.Except([fortunate]))
        {
            Assert.Equal((device, LaunchOutcome.RolledBack), (device, await device.LaunchAsync()));
            Assert.Contains($"update_fail {Bad}", device.Reports);
        }

        Assert.Equal("builtin", newcomer.Running);
        await Eventually.True(
            async () => await _storage.FindIncidentAsync(App, Bad) is { Moves.Length: > 0 }, $"{Bad} should have been withdrawn.");

        StoryDevice[] fresh =
        [
            new(Android(key), deployment.Http),
            new(Ios(), deployment.Http),
        ];
        StoryDevice[] all = [.. settled, newcomer, .. fresh];
        foreach (var device in all)
        {
            await device.UpdateAsync();
            Assert.Equal((device, Good), (device, device.Running));
        }

        Assert.All(exposed.Except([fortunate]), device => Assert.Single(device.Offers, Bad));
        Assert.All(all.Except(exposed), device => Assert.DoesNotContain(Bad, device.Offers));
        await RequireNothingLeftAsync();
        await RequireLedgerAsync();
        await RequireChecksumsAsync(bundle);

        DeviceProfile Android(string? publicKey = null) => deployment.DeviceOf(App) with { PublicKey = publicKey };

        DeviceProfile Ios(string? publicKey = null) => deployment.DeviceOf(App) with { PublicKey = publicKey, Platform = DevicePlatform.Ios };
    }

    [Fact]
    public async Task First_release_that_is_bad_sends_devices_back_to_builtin()
    {
        const string app = "com.example.firstbad";
        await using var deployment = await Deployment.StartAsync(Storage());
        await _storage.UploadAsync(app, "1.0.0", WebBundle.Small("1.0.0").Zip());
        await _storage.WaitUntilIdleAsync();
        StoryDevice[] unlucky = [.. Enumerable.Range(0, 3).Select(_ => new StoryDevice(deployment.DeviceOf(app), deployment.Http, failsOn: "1.0.0"))];
        var fortunate = new StoryDevice(deployment.DeviceOf(app) with { PublicKey = await deployment.ReadPublicKeyAsync(app) }, deployment.Http);
        StoryDevice[] exposed = [.. unlucky, fortunate];

        foreach (var device in exposed)
        {
            await device.OpenAndLeaveAsync();
        }

        foreach (var device in exposed)
        {
            await device.LaunchAsync();
        }

        Assert.Equal("1.0.0", fortunate.Running);
        await Eventually.True(
            async () => await _storage.FindIncidentAsync(app, "1.0.0") is { Moves.Length: > 0 }, "1.0.0 should have been withdrawn.");
        var latecomer = new StoryDevice(deployment.DeviceOf(app), deployment.Http);
        StoryDevice[] all = [.. exposed, latecomer];
        foreach (var device in all)
        {
            await device.UpdateAsync();
            Assert.Equal((device, "builtin"), (device, device.Running));
        }

        Assert.Equal(["1.0.0", "builtin"], fortunate.Offers);
        Assert.All(unlucky, device => Assert.Equal(["1.0.0"], device.Offers));
        Assert.Empty(latecomer.Offers);
        Assert.Null((await _storage.FindProductionAsync(app))!.Target);
    }

    private static async Task PushAsync(Deployment deployment, RealBundle bundle, string version, int sequence)
    {
        var push = await deployment.PushAsync(await bundle.ZipAsync(version, Cancellation), App, version);

        Assert.True(push.ExitCode == 0, push.Output);
        Assert.Contains($"{bundle.Files.Count + AddedFiles} files", push.StandardOutput, StringComparison.Ordinal);
        Assert.Contains($"Published {App} {version} on production, release {sequence}", push.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("by key MII", push.StandardOutput, StringComparison.Ordinal);
    }

    /// <summary>Answers may be a few seconds behind a publication.</summary>
    private static Task WaitUntilOfferedAsync(DeviceProfile profile, HttpClient http, string version)
    {
        var probe = new PluginDevice(profile, http);
        return Eventually.True(
            async () => await probe.CheckAsync(Cancellation) is Offer offer && offer.Version == version, $"{version} should have been offered.");
    }

    private async Task RequireLedgerAsync()
    {
        Assert.Equal(
            [
                .. Published("1.0.0"), "channel.created production", "channel.moved production",
                .. Published(Good), "channel.moved production",
                .. Published(Bad), "channel.moved production",
                $"release.withdrawn {Bad}", $"incident.opened {Bad}", "rollback.verified production", $"incident.verified {Bad}",
                "channel.moved production", $"incident.moved {Bad}", $"incident.confirmed {Bad}", $"incident.probed {Bad}",
            ],
            (await _storage.ReadLedgerAsync(App)).Where(entry => entry != $"incident.resolved {Bad}" && !entry.StartsWith("notice.", StringComparison.Ordinal)));

        // A real app has source maps, of which intake warns.
        static string[] Published(string version) => [$"bundle.accepted {version}", $"bundle.warned {version}", $"bundle.signed {version}", $"release.published {version}"];
    }

    private async Task RequireNothingLeftAsync()
    {
        await _storage.WaitUntilIdleAsync();

        var queues = await _storage.CountMessagesAsync();
        Assert.Equal(["decided-uploads", "deliveries", "deliveries-dead", "device-errors", "device-events", "failure-reports", "recoveries", "serverless-blobs-intake"], queues.Keys.Order(StringComparer.Ordinal));
        Assert.All(queues.Values, count => Assert.Equal(0, count));
        Assert.Empty(await _storage.ListBlobsAsync(Containers.Uploads));
        Assert.Empty(await _storage.ListBlobsAsync(Containers.Quarantine));
    }

    private async Task RequireChecksumsAsync(RealBundle bundle)
    {
        foreach (var version in new[] { "1.0.0", Good, Bad })
        {
            var expected = await BundleDigest.OfAsync(await bundle.ZipAsync(version, Cancellation));

            Assert.Contains($"{App}/{version}/{expected.Sha256}.zip", await _storage.ListBlobsAsync(Containers.Bundles, $"{App}/{version}/"));
            expected.RequireSame(await _storage.ReadBlobAsync(Containers.Bundles, $"{App}/{version}/{expected.Sha256}.checksum.json"));
        }
    }

    private KeyValuePair<string, string?> Storage() => new("AzureWebJobsStorage", azurite.ConnectionString);
}
