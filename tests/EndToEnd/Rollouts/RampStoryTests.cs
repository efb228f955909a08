using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Serverless.Tests.EndToEnd.Stories;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;

namespace Serverless.Tests.EndToEnd.Rollouts;

/// <summary>A rollout that nobody touches, by devices that install what they are offered.</summary>
public sealed class RampStoryTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IDisposable
{
    private const string App = "com.example.ramp";

    // The ramp looks once a minute.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly HttpClient _http = new();
    private readonly StoredState _storage = new(azurite.ConnectionString);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Candidate_comes_to_everybody_step_by_step_and_by_itself()
    {
        await using var deployment = await Deployment.StartAsync([.. Deployment.Quick, new("AzureWebJobsStorage", azurite.ConnectionString)]);
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await _storage.IssueTokenAsync());
        await PublishAsync("1.0.0");
        await SetRampAsync(deployment, """{"stages":[{"percent":5,"soak":"00:00:00","minGood":1},{"percent":100,"soak":"00:00:00","minGood":2}],"controlPercent":5}""");
        await PublishAsync("1.1.0");
        var (first, later, last) = (await FindAsync(deployment, "candidate"), await FindAsync(deployment, "stable"), await FindAsync(deployment, "control"));
        StoryDevice[] all = [first, later, last];

        await UpdateAsync(all);
        Assert.Equal(["1.1.0", "1.0.0", "1.0.0"], all.Select(device => device.Running));

        await Eventually.True(async () => (await _storage.FindProductionAsync(App))!.Rollout is { Share: 9500 }, "The second step should have begun.", Patience);
        await UpdateAsync(all);
        await Eventually.True(
            async () =>
            {
                await UpdateAsync(all);
                return later.Running == "1.1.0";
            },
            "The second device should have come to the candidate.");
        Assert.Equal("1.0.0", last.Running);

        await Eventually.True(async () => await _storage.FindProductionAsync(App) is { Rollout: null, Target.Value: "1.1.0" }, "The rollout should have ended.", Patience);
        await Eventually.True(
            async () =>
            {
                await UpdateAsync([last]);
                return last.Running == "1.1.0";
            },
            "The control should have come to the new stable release.");
        Assert.Equal(
            ["rollout.started production", "rollout.changed production", "rollout.finished production"],
            (await _storage.ReadLedgerAsync(App)).Where(entry => entry.StartsWith("rollout.", StringComparison.Ordinal)));
    }

    public void Dispose() => _http.Dispose();

    private static async Task UpdateAsync(IEnumerable<StoryDevice> devices)
    {
        foreach (var device in devices)
        {
            await device.UpdateAsync();
        }
    }

    private async Task SetRampAsync(Deployment deployment, string ramp)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(deployment.Server.Address, $"api/manage/apps/{App}/channels/production/ramp"))
        {
            Content = new StringContent(ramp),
            Headers = { { "If-Match", "*" } },
        };
        using var response = await _http.SendAsync(request, Cancellation);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>A device that is on this side of the rollout.</summary>
    private async Task<StoryDevice> FindAsync(Deployment deployment, string side)
    {
        while (true)
        {
            var profile = deployment.DeviceOf(App);
            var explained = await _http.GetFromJsonAsync<JsonObject>(
                new Uri(deployment.Server.Address, $"api/manage/apps/{App}/devices/{profile.DeviceId}/explain?platform=android&version_build={profile.VersionBuild}"), Cancellation);
            if (explained!["lead"]?["side"]?.GetValue<string>() == side)
            {
                return new StoryDevice(profile, deployment.Http);
            }
        }
    }

    private async Task PublishAsync(string version)
    {
        await _storage.UploadAsync(App, version, WebBundle.Small(version).Zip());
        await _storage.WaitUntilIdleAsync();
    }
}
