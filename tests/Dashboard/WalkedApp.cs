using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Serverless.Fleet;
using Serverless.Tests.Support;

namespace Serverless.Tests.Dashboard;

/// <summary>An app, as those see it who are not at the dashboard.</summary>
internal sealed class WalkedApp(Site site, string id)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async Task PublishAsync(string channel, string version)
    {
        await new DropZone(site.ConnectionString, id, channel).PublishAsync(version, WebBundle.Create(version), Cancellation);
        await Eventually.True(async () => await ReadAsync($"releases/{version}") is not null, $"{version} should have been published.");
    }

    /// <param name="path">Below the app's.</param>
    /// <returns>Null when there is no such thing.</returns>
    public async Task<JsonNode?> ReadAsync(string path)
    {
        using var response = await site.Http.GetAsync(AddressOf(path), Cancellation);
        return response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<JsonNode>(Cancellation) : null;
    }

    public async Task SetAsync(string path, JsonObject settings)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, AddressOf(path)) { Content = JsonContent.Create(settings), Headers = { IfMatch = { EntityTagHeaderValue.Any } } };
        using var response = await site.Http.SendAsync(request, Cancellation);
        response.EnsureSuccessStatusCode();
    }

    private Uri AddressOf(string path) => new(site.Address, $"api/manage/apps/{id}/{path}");
}
