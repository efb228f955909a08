using System.Collections.Immutable;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Serverless.Device;

namespace Serverless.Fleet;

/// <summary>Whoever runs the server, from its own machine: sets ramps, looks at rollouts and incidents; and what apps ask for beside updates.</summary>
internal sealed class Operator(HttpClient http, Uri server, string app, string channel)
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
        using var response = await http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    /// <returns>To how many devices the version comes; 100 when it is the channel's stable one.</returns>
    public async Task<int> PercentAsync(string version, CancellationToken cancellationToken)
    {
        var answer = await GetAsync($"{Channel}/rollout", cancellationToken);
        return answer["rollout"] is JsonObject rollout
            ? (string?)rollout["candidate"] == version ? (int)rollout["percent"]! : 0
            : (string?)answer["stable"] == version ? 100 : 0;
    }

    /// <returns>Null while there is none.</returns>
    public async Task<Incident?> FindIncidentAsync(string version, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(new Uri(server, $"api/manage/apps/{app}/incidents/{version}"), cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            return null;
        }

        var incident = await response.Content.ReadFromJsonAsync<JsonObject>(cancellationToken);
        return new Incident(
            (string)incident!["state"]!,
            (string)incident["reason"]!,
            [.. incident["cells"]!.AsArray().Select(cell => (string)cell!)],
            (string?)incident["steps"]!.AsArray()[^1]!["note"] ?? "");
    }

    /// <summary>Whether the app on the device shows its user something about the release.</summary>
    public async Task<bool> IsToldAsync(FleetDevice device, string version, CancellationToken cancellationToken)
    {
        var platform = device.Platform is DevicePlatform.Ios ? "ios" : "android";
        var answer = await GetAsync($"api/notices?app={app}&platform={platform}&version={device.Version}&device={device.DeviceId}", cancellationToken);
        return answer["notices"]!.AsArray().Any(notice => (string?)notice!["version"] == version);
    }

    private async Task<JsonObject> GetAsync(string path, CancellationToken cancellationToken) =>
        (await http.GetFromJsonAsync<JsonObject>(new Uri(server, path), cancellationToken))!;
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
