using System.Security.Cryptography;
using Serverless.Device;
using Serverless.Storage;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;
using Serverless.Tests.Support.Faults;

namespace Serverless.Tests.EndToEnd.Killed;

public sealed class KilledIntakeTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string Version = "1.0.0";

    private static readonly System.Version ZipOnly = new(10, 0, 0);

    private static readonly string[] Story =
    [
        $"bundle.accepted {Version}", $"bundle.signed {Version}", $"release.published {Version}", "channel.created production", "channel.moved production",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Stage.BeforeForwarding)]
    [InlineData(Stage.AfterForwarding)]
    public async Task Bundle_becomes_one_release_whichever_write_the_server_dies_at(Stage stage)
    {
        var suffix = stage.ToString().ToLowerInvariant();
        await using var server = await KilledServer.StartAsync(azurite.ConnectionString);
        var storage = server.Storage;
        var warmUp = $"com.example.warmup-{suffix}";
        await storage.UploadAsync(warmUp, Version, Bundle(warmUp));
        await storage.WaitUntilIdleAsync();
        var model = $"com.example.model-{suffix}";
        var steps = await server.RecordAsync(model, () => storage.UploadAsync(model, Version, Bundle(model)));

        KilledWork[] works = [.. steps.Select((step, number) => WorkOn($"com.example.killed-{suffix}-{number}", step))];
        foreach (var death in KilledWork.ByDeath(works))
        {
            await server.KillAtAsync(death, stage);
            foreach (var (step, app, _) in death)
            {
                await step.RequireAsync(() => RequireAllOrNothingAsync(storage, app));
            }

            await death[0].Step.RequireAsync(server.RecoverAsync);
        }

        Assert.True(steps.Count >= 15, $"Intake has at least fifteen writes, and {steps.Count} were seen.");
        foreach (var (step, app, _) in works)
        {
            await step.RequireAsync(() => RequirePublishedOnceAsync(storage, app));
            await step.RequireAsync(() => RequireInstallableAsync(server.Deployment, app));
        }

        KilledWork WorkOn(string app, StorageStep step) => new(step, app, () => storage.UploadAsync(app, Version, Bundle(app)));
    }

    /// <summary>Two files, of which one is known from earlier bundles and one is the app's own.</summary>
    private static byte[] Bundle(string app) => WebBundle.Small(Version)
        .With("index.html", """<!doctype html><script src="app.js"></script>""")
        .Without("style.css")
        .Without("version.json")
        .With("app.js", $"Capacitor.Plugins.CapacitorUpdater.notifyAppReady(); // {app}")
        .Zip();

    /// <summary>What devices could see of an app while its server lies dead.</summary>
    private static async Task RequireAllOrNothingAsync(StoredState storage, string app)
    {
        if (await storage.FindProductionAsync(app) is not null)
        {
            await RequirePublishedOnceAsync(storage, app);
        }
        else
        {
            Assert.Empty(await storage.ListReleasesAsync(app));
            Assert.Empty(await storage.ReadLedgerAsync(app));
        }
    }

    private static async Task RequirePublishedOnceAsync(StoredState storage, string app)
    {
        Assert.Equal([Version], await storage.ListReleasesAsync(app));
        var release = (await storage.FindReleaseAsync(app, Version))!;
        Assert.Equal(1, release.Sequence);
        Assert.Equal(release.Version, (await storage.FindProductionAsync(app))!.Target);
        Assert.Equal(Story, await storage.ReadLedgerAsync(app));

        var zip = release.Zip.Sha256.Hex;
        var form = Assert.Single(release.SignedForms);
        var encrypted = form.CiphertextSha256.Hex;
        string[] served =
        [
            $"{app}/{Version}/{zip}.checksum.json", $"{app}/{Version}/{zip}.zip", $"{app}/{Version}/{encrypted}.zip.enc",
            $"{app}/{Version}/{release.FileList!.Value.Hex}.files.json", $"{app}/{Version}/{form.FileList!.Value.Hex}.files.json",
            $"{app}/{Version}/{form.Document!.Value.Hex}.jws",
        ];
        Assert.Equal(served.Order(StringComparer.Ordinal), await storage.ListBlobsAsync(Containers.Bundles, app + "/"));
        Assert.Equal(zip, await HashAsync(storage, $"{app}/{Version}/{zip}.zip"));
        Assert.Equal(encrypted, await HashAsync(storage, $"{app}/{Version}/{encrypted}.zip.enc"));
        Assert.Equal(2, (await storage.ListBlobsAsync(Containers.Files, app + "/")).Count);
    }

    private static async Task RequireInstallableAsync(Deployment deployment, string app)
    {
        var profile = deployment.DeviceOf(app);
        var key = await deployment.ReadPublicKeyAsync(app);
        DeviceProfile[] kinds = [profile, profile with { PublicKey = key }, profile with { PluginVersion = ZipOnly }];
        foreach (var kind in kinds)
        {
            var device = new PluginDevice(kind, deployment.Http);

            await device.ForegroundAsync(Cancellation);
            await device.BackgroundAsync(Cancellation);

            Assert.Equal(LaunchOutcome.Ready, await device.LaunchAsync(Cancellation));
            Assert.Equal(Version, device.Running.Version);
        }
    }

    private static async Task<string> HashAsync(StoredState storage, string blob) =>
        Convert.ToHexStringLower(SHA256.HashData(await storage.ReadBlobAsync(Containers.Bundles, blob)));
}
