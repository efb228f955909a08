using System.Text.Json;
using Serverless.Storage;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;
using Serverless.Tests.Support.Faults;

namespace Serverless.Tests.EndToEnd.Killed;

public sealed class KilledQuarantineTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly byte[] WithoutPage = WebBundle.Small("0.0.0").Without("index.html").Zip();

    [Theory]
    [InlineData(Stage.BeforeForwarding)]
    [InlineData(Stage.AfterForwarding)]
    public async Task Refused_bundle_is_quarantined_once_whichever_write_the_server_dies_at(Stage stage)
    {
        var app = $"com.example.refused-{stage.ToString().ToLowerInvariant()}";
        await using var server = await KilledServer.StartAsync(azurite.ConnectionString);
        var storage = server.Storage;
        await storage.UploadAsync(app, "1.0.0", WebBundle.Small("1.0.0").Zip());
        await storage.WaitUntilIdleAsync();
        var steps = await server.RecordAsync($"{app}/production/1.1.0", () => storage.UploadAsync(app, "1.1.0", WithoutPage));

        KilledWork[] works = [.. steps.Select((step, number) => WorkOn(step, $"1.2.{number}"))];
        foreach (var death in KilledWork.ByDeath(works))
        {
            await server.KillAtAsync(death, stage);
            foreach (var work in death)
            {
                await work.Step.RequireAsync(() => RequireNothingLostAsync(storage, app, work.Subject));
            }

            await death[0].Step.RequireAsync(server.RecoverAsync);
        }

        Assert.True(steps.Count >= 8, $"A refusal has at least eight writes, and {steps.Count} were seen.");
        foreach (var (step, upload, _) in works)
        {
            await step.RequireAsync(() => RequireQuarantinedOnceAsync(storage, app, upload));
        }

        Assert.Equal(["1.0.0"], await storage.ListReleasesAsync(app));
        Assert.Equal("1.0.0", (await storage.FindProductionAsync(app))!.Target!.Value.Value);

        KilledWork WorkOn(StorageStep step, string version) =>
            new(step, $"{app}/production/{version}", () => storage.UploadAsync(app, version, WithoutPage));
    }

    /// <summary>While the server lies dead, the upload waits in the drop zone or is quarantined with all that belongs to it.</summary>
    private static async Task RequireNothingLostAsync(StoredState storage, string app, string upload)
    {
        if (await storage.ListBlobsAsync(Containers.Uploads, $"{upload}.zip") is [])
        {
            await RequireQuarantinedOnceAsync(storage, app, upload);
        }
    }

    private static async Task RequireQuarantinedOnceAsync(StoredState storage, string app, string upload)
    {
        var name = $"{upload}.zip";
        Assert.Equal([name, $"{name}.reason.json"], await storage.ListBlobsAsync(Containers.Quarantine, name));
        Assert.Equal(WithoutPage, await storage.ReadBlobAsync(Containers.Quarantine, name));
        using var reason = JsonDocument.Parse(await storage.ReadBlobAsync(Containers.Quarantine, $"{name}.reason.json"));
        Assert.Equal("no_index_html", reason.RootElement.GetProperty("code").GetString());
        Assert.Single(await storage.ReadLedgerAsync(app), entry => entry == $"bundle.rejected {name}");
    }
}
