using Serverless.Device;
using Serverless.Rollbacks;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;
using Serverless.Tests.Support.Faults;

namespace Serverless.Tests.EndToEnd.Killed;

public sealed class KilledRollbackTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string Good = "1.0.0";
    private const string Bad = "1.1.0";

    /// <summary>So that one report is the decision, and its writes are the rollback's alone.</summary>
    private static readonly KeyValuePair<string, string?>[] OneFailureDecides = [new("Rollbacks__MinFailedDevices", "1"), new("Rollbacks__Alpha", "0.3")];

    private static readonly string[] Story =
    [
        $"bundle.accepted {Good}", $"bundle.signed {Good}", $"release.published {Good}", "channel.created production", "channel.moved production",
        $"bundle.accepted {Bad}", $"bundle.signed {Bad}", $"release.published {Bad}", "channel.moved production",
        $"release.withdrawn {Bad}", $"incident.opened {Bad}", "rollback.verified production", $"incident.verified {Bad}",
        "channel.moved production", $"incident.moved {Bad}", $"incident.confirmed {Bad}", $"incident.probed {Bad}",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Stage.BeforeForwarding)]
    [InlineData(Stage.AfterForwarding)]
    public async Task Release_is_withdrawn_once_whichever_write_the_server_dies_at(Stage stage)
    {
        var suffix = stage.ToString().ToLowerInvariant();
        await using var server = await KilledServer.StartAsync(azurite.ConnectionString, OneFailureDecides);
        var storage = server.Storage;
        var model = $"com.example.model-{suffix}";
        var modelDevice = Assert.Single(await BringToBadReleaseAsync(server, [model]));
        var steps = await server.RecordAsync(model, () => modelDevice.LaunchAsync(Cancellation));

        // All before the first kill: what devices do on their way to the bad release is no part of the rollback.
        string[] apps = [.. steps.Select((_, number) => $"com.example.withdrawn-{suffix}-{number}")];
        var devices = apps.Zip(await BringToBadReleaseAsync(server, apps)).ToDictionary(pair => pair.First, pair => pair.Second);
        KilledWork[] works = [.. steps.Zip(apps, (step, app) => new KilledWork(step, app, () => devices[app].LaunchAsync(Cancellation)))];
        foreach (var death in KilledWork.ByDeath(works))
        {
            await server.KillAtAsync(death, stage);
            await server.Deployment.StartAgainAsync();
            foreach (var work in death)
            {
                await devices[work.Subject].CheckAsync(Cancellation); // sends again what it could not deliver
            }

            await death[0].Step.RequireAsync(() => storage.WaitUntilIdleAsync());
        }

        Assert.True(steps.Count >= 10, $"A rollback and its recovery have at least ten writes, and {steps.Count} were seen.");
        await RequireWithdrawnOnceAsync(storage, model);
        foreach (var (step, app, _) in works)
        {
            await step.RequireAsync(() => RequireWithdrawnOnceAsync(storage, app));
            await step.RequireAsync(() => RequireGoodReleaseOnAsync(devices[app]));
        }
    }

    /// <summary>Publishes the two releases of each app and has a device of each install the second, which does not start.</summary>
    private static async Task<PluginDevice[]> BringToBadReleaseAsync(KilledServer server, string[] apps)
    {
        foreach (var version in new[] { Good, Bad })
        {
            foreach (var app in apps)
            {
                await server.Storage.UploadAsync(app, version, WebBundle.Small(version).Zip());
            }

            await server.Storage.WaitUntilIdleAsync();
        }

        PluginDevice[] devices = [.. apps.Select(app => new PluginDevice(
            server.Deployment.DeviceOf(app), server.Deployment.Http, new DeviceOptions { BecomesReady = bundle => bundle.Version != Bad }))];
        foreach (var device in devices)
        {
            await device.ForegroundAsync(Cancellation);
            Assert.True(await device.BackgroundAsync(Cancellation), $"The device should have installed {Bad}.");
        }

        await server.Storage.WaitUntilIdleAsync();
        return devices;
    }

    private static async Task RequireWithdrawnOnceAsync(StoredState storage, string app)
    {
        var incident = (await storage.FindIncidentAsync(app, Bad))!;
        Assert.True(incident.State is IncidentState.Probed or IncidentState.Resolved, $"The recovery should have come to its watch, and is {incident.State}.");
        Assert.Equal([Good], incident.Moves.Select(move => move.Target?.Value));
        Assert.Equal(Good, (await storage.FindProductionAsync(app))!.Target?.Value);
        Assert.NotNull((await storage.FindReleaseAsync(app, Bad))!.WithdrawnBecause);
        var ledger = await storage.ReadLedgerAsync(app);
        Assert.Equal(Story, ledger.Where(entry => entry != $"incident.resolved {Bad}" && !entry.StartsWith("notice.", StringComparison.Ordinal)));
        Assert.Distinct(ledger.Where(entry => entry.StartsWith("notice.published", StringComparison.Ordinal)));
        Assert.Equal(1, (await storage.TallyAsync(app, Bad)).Failed);
    }

    private static async Task RequireGoodReleaseOnAsync(PluginDevice device)
    {
        await device.ForegroundAsync(Cancellation);
        await device.BackgroundAsync(Cancellation);

        Assert.Equal(LaunchOutcome.Ready, await device.LaunchAsync(Cancellation));
        Assert.Equal(Good, device.Running.Version);
    }
}
