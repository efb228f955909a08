using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Device.Answers;

namespace Serverless.Device.Stats;

/// <summary>Collects events and posts them: as one array where the plugin does so, one by one where it does not.</summary>
internal sealed class EventQueue(
    DeviceInfo info,
    PluginHttp http,
    PluginGeneration generation,
    RateLimit limit,
    TimeProvider clock,
    IDeviceObserver observer,
    Func<string> runningVersion)
{
    private const int Longest = 200;

    private List<DeviceEvent> _waiting = [];

    /// <param name="action">What happened.</param>
    /// <param name="versionName">The version it is about; null leaves the field out.</param>
    /// <param name="oldVersionName">The version before.</param>
    /// <param name="metadata">Details, for generations that send any.</param>
    /// <param name="fromWorker">True for what Android's download worker reports: alone, without time and key id.</param>
    public void Add(
        string action, string? versionName, string oldVersionName = "", IReadOnlyDictionary<string, string>? metadata = null, bool fromWorker = false)
    {
        var body = Describe(action, versionName ?? "", oldVersionName);
        if (versionName is null)
        {
            body.Remove("version_name");
        }
        if (fromWorker)
        {
            body.Remove("key_id");
        }
        if (metadata is not null && generation.SendsMetadata)
        {
            body["metadata"] = new JsonObject(metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
        }
        var alone = fromWorker || !generation.SendsArrays;
        if (!alone)
        {
            body["timestamp"] = clock.GetUtcNow().ToUnixTimeMilliseconds();
        }

        var happened = new DeviceEvent(action, versionName, oldVersionName) { Body = body, Alone = alone };
        _waiting.Add(happened);
        observer.Reported(happened);
    }

    /// <summary>Posts what waits. Undelivered arrays wait on where the plugin keeps them; single events are sent once and then forgotten.</summary>
    /// <exception cref="HarmfulAnswerException">The answer would make devices repeat themselves for ever.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var events = _waiting;
        _waiting = [];
        if (info.Profile.StatsUrl is not { } url)
        {
            return;
        }
        foreach (var single in events.Where(e => e.Alone))
        {
            if (limit.BlocksEventsAndChannels)
            {
                Keep([single]);
                continue;
            }
            await DeliverAsync(url, [single], JsonSerializer.SerializeToUtf8Bytes(single.Body), cancellationToken);
        }
        var batch = events.FindAll(e => !e.Alone);
        if (batch.Count > 0
            && (limit.BlocksEventsAndChannels
                || !await DeliverAsync(url, batch, JsonSerializer.SerializeToUtf8Bytes(batch.Select(e => e.Body)), cancellationToken)))
        {
            Keep(batch);
        }
    }

    /// <summary>Says, once per process, that a 429 was met: past the block it has just put up.</summary>
    public async Task ReportRateLimitAsync(HttpAnswer answer, CancellationToken cancellationToken)
    {
        if (limit.TakeReport(answer) && info.Profile.StatsUrl is { } url)
        {
            var body = Describe("rate_limit_reached", runningVersion(), "");
            var happened = new DeviceEvent("rate_limit_reached", runningVersion(), "") { Body = body, Alone = true };
            observer.Reported(happened);
            await DeliverAsync(url, [happened], JsonSerializer.SerializeToUtf8Bytes(body), cancellationToken);
        }
    }

    private void Keep(IEnumerable<DeviceEvent> events)
    {
        if (generation.RequeuesEvents)
        {
            _waiting = [.. _waiting.Concat(events).TakeLast(Longest)];
        }
    }

    private JsonObject Describe(string action, string versionName, string oldVersionName)
    {
        var body = info.Describe(versionName);
        body["action"] = action;
        body["old_version_name"] = oldVersionName;
        return body;
    }

    /// <returns>False where the events are to be sent again.</returns>
    private async Task<bool> DeliverAsync(Uri url, IReadOnlyList<DeviceEvent> events, byte[] json, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await http.SendAsync(HttpMethod.Post, url, json, cancellationToken);
            if (answer is { Status: 200, Body.Length: 0 })
            {
                throw new HarmfulAnswerException("200 with an empty body on /stats: iOS sends the same events again every second.");
            }
            limit.Observe(answer);
            if (answer.IsSuccess)
            {
                observer.Delivered(events);
                return true;
            }
            observer.Undelivered(events, answer.Status);
            await ReportRateLimitAsync(answer, cancellationToken);
            return answer.Status is not (408 or 429 or >= 500);
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutException)
        {
            observer.Undelivered(events, status: null);
            return false;
        }
    }
}
