using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Serverless.Device;
using Serverless.Fleet;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Logs;

namespace Serverless.Tests.Dashboard;

/// <summary>An app, as those see it who are not at the dashboard.</summary>
internal sealed class WalkedApp(Site site, string id)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Leaves it to intake what becomes of the upload.</summary>
    public Task DropAsync(string channel, string version, IDictionary<string, string>? metadata = null) =>
        new DropZone(site.ConnectionString, id, channel).PublishAsync(version, WebBundle.Create(version), metadata, Cancellation);

    public async Task PublishAsync(string channel, string version, IDictionary<string, string>? metadata = null)
    {
        await DropAsync(channel, version, metadata);
        await Eventually.True(async () => await ReadAsync($"releases/{version}") is not null, $"{version} should have been published.");
    }

    /// <param name="path">Below the app's.</param>
    /// <returns>Null when there is no such thing.</returns>
    public async Task<JsonNode?> ReadAsync(string path)
    {
        using var response = await site.Http.GetAsync(AddressOf(path), Cancellation);
        return response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<JsonNode>(Cancellation) : null;
    }

    public Task SetAsync(string path, JsonObject settings) => SendAsync(HttpMethod.Put, path, settings);

    public Task<JsonNode> ActAsync(string path, JsonObject order) => SendAsync(HttpMethod.Post, path, order);

    /// <summary>A device with a client of its own enrols a key.</summary>
    public async Task EnrolAsync(string device)
    {
        var issued = await ActAsync("devices/enrolments", new JsonObject { ["device"] = device });
        using var signer = new RequestSigner(new SecretTap(), TimeProvider.System);
        using var http = new HttpClient(signer);
        var wish = new JsonObject { ["app_id"] = id, ["device_id"] = device, ["public_key"] = signer.PublicKey, ["code"] = (string?)issued["codes"]![0] };
        using var response = await http.PostAsJsonAsync(new Uri(site.Address, "api/device_keys"), wish, Cancellation);
        response.EnsureSuccessStatusCode();
    }

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonObject body)
    {
        using var request = new HttpRequestMessage(method, AddressOf(path)) { Content = JsonContent.Create(body), Headers = { IfMatch = { EntityTagHeaderValue.Any } } };
        using var response = await site.Http.SendAsync(request, Cancellation);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonNode>(Cancellation))!;
    }

    private Uri AddressOf(string path) => new(site.Address, $"api/manage/apps/{id}/{path}");
}
