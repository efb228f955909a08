using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Serverless.Device;

namespace Serverless.Fleet;

/// <summary>Whoever runs the server, with a token: sets ramps, looks at rollouts and incidents; and what apps ask for beside updates.</summary>
internal sealed class Operator(HttpClient http, Uri server, string app, string channel, string token)
{
    private string Channel => $"api/manage/apps/{app}/channels/{channel}";

    public async Task SetRampAsync(IEnumerable<int> percents, TimeSpan soak, int minGood, CancellationToken cancellationToken)
    {
        var stages = percents.Select(percent => new JsonObject { ["percent"] = percent, ["soak"] = soak.ToString(), ["minGood"] = minGood });
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(server, $"{Channel}/ramp"))
        {
            Content = JsonContent.Create(new JsonObject { ["stages"] = new JsonArray([.. stages]), ["controlPercent"] = 5 }),
            Headers = { { "If-Match", "*" } },
        };
        using var response = await ManageAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    /// <returns>To how many devices the version comes; 100 when it is the channel's stable one.</returns>
    public async Task<int> PercentAsync(string version, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server, $"{Channel}/rollout"));
        using var response = await ManageAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        var answer = await ReadAsync(response, cancellationToken);
        return answer["rollout"] is JsonObject rollout
            ? (string?)rollout["candidate"] == version ? (int)rollout["percent"]! : 0
            : (string?)answer["stable"] == version ? 100 : 0;
    }

    /// <returns>Null while there is none.</returns>
    public async Task<Incident?> FindIncidentAsync(string version, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server, $"api/manage/apps/{app}/incidents/{version}"));
        using var response = await ManageAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            return null;
        }

        var incident = await ReadAsync(response, cancellationToken);
        return new Incident(
            (string)incident["state"]!,
            (string)incident["reason"]!,
            [.. incident["cells"]!.AsArray().Select(cell => (string)cell!)],
            (string?)incident["steps"]!.AsArray()[^1]!["note"] ?? "");
    }

    /// <summary>Whether the app on the device shows its user something about the release.</summary>
    public async Task<bool> IsToldAsync(FleetDevice device, string version, CancellationToken cancellationToken)
    {
        var platform = device.Platform is DevicePlatform.Ios ? "ios" : "android";
        var address = new Uri(server, $"api/notices?app={app}&platform={platform}&version={device.Version}&device={device.DeviceId}");
        return (await http.GetFromJsonAsync<JsonObject>(address, cancellationToken))!["notices"]!.AsArray().Any(notice => (string?)notice!["version"] == version);
    }

    private Task<HttpResponseMessage> ManageAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http.SendAsync(request, cancellationToken);
    }

    private static async Task<JsonObject> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        (await response.Content.ReadFromJsonAsync<JsonObject>(cancellationToken))!;
}

/// <summary>What the server says of a release that went wrong.</summary>
/// <param name="State">How far the recovery is.</param>
/// <param name="Reason">Why it was decided.</param>
/// <param name="Cells">The parts of the fleet; empty for all of it.</param>
/// <param name="Note">Of the last step.</param>
internal sealed record Incident(string State, string Reason, ImmutableArray<string> Cells, string Note)
{
    public string Where => Cells.IsEmpty ? "every device" : string.Join(", ", Cells);
}
