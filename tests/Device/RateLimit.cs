using System.Globalization;
using System.Text.Json;
using Serverless.Device.Answers;

namespace Serverless.Device;

/// <summary>The block that a 429 from any endpoint puts on all of them, for the process's life at most.</summary>
internal sealed class RateLimit(PluginGeneration generation, TimeProvider clock)
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    private DateTimeOffset _until = DateTimeOffset.MinValue;
    private bool _silenced;
    private bool _reported;

    /// <summary>Update checks fail without being sent.</summary>
    public bool BlocksChecks => clock.GetUtcNow() < _until;

    /// <summary>Events wait (or, in older plugins, are lost), and channel calls fail without being sent.</summary>
    public bool BlocksEventsAndChannels => _silenced || BlocksChecks;

    /// <summary>A new process knows nothing of the last one's limits.</summary>
    public void Reset() => (_until, _silenced, _reported) = (DateTimeOffset.MinValue, false, false);

    public void Observe(HttpAnswer answer)
    {
        if (answer.Status != 429)
        {
            return;
        }
        if (generation.ObeysRetryAfter)
        {
            _until = clock.GetUtcNow() + Wait(answer, TryParse(answer));
        }
        else
        {
            _silenced = true;
        }
    }

    /// <returns>True where <c>rate_limit_reached</c> is to be reported, which happens once per process.</returns>
    public bool TakeReport(HttpAnswer answer)
    {
        var report = answer.Status == 429 && generation.ReportsRateLimit && !_reported
            && (!TryParse(answer).TryGetProperty("error", out var error)
                || (error.ValueKind is JsonValueKind.String && error.ValueEquals("too_many_requests")));
        _reported |= report;
        return report;
    }

    /// <summary>The header's seconds, else the body's, else the body's instant; none of them is no wait.</summary>
    private TimeSpan Wait(HttpAnswer answer, JsonElement body)
    {
        var details = body.TryGetProperty("moreInfo", out var info) && info.ValueKind is JsonValueKind.Object ? info : body;
        var seconds =
            double.TryParse(answer.RetryAfter, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var header) && double.IsFinite(header) ? header
            : Number(details, body, "retryAfterSeconds") is { } after ? after
            : Number(details, body, "rateLimitResetAt") is { } reset ? (reset - clock.GetUtcNow().ToUnixTimeMilliseconds()) / 1000
            : 0;
        return TimeSpan.FromSeconds(Math.Clamp(seconds, 0, Longest.TotalSeconds));
    }

    private static double? Number(JsonElement details, JsonElement body, string name) => Number(details, name) ?? Number(body, name);

    private static double? Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out var number) ? number : null;

    private static JsonElement TryParse(HttpAnswer answer)
    {
        try
        {
            var json = JsonSerializer.Deserialize<JsonElement>(answer.Body);
            return json.ValueKind is JsonValueKind.Object ? json : JsonElement.Parse("{}");
        }
        catch (JsonException)
        {
            return JsonElement.Parse("{}");
        }
    }
}
