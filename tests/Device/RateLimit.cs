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

    /// <summary>Events wait (or, in older plugins, are lost until the process ends).</summary>
    public bool BlocksEvents => _silenced || BlocksChecks;

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
        var report = answer.Status == 429 && !_reported
            && (!TryParse(answer).TryGetProperty("error", out var error) || error.ValueEquals("too_many_requests"));
        _reported |= report;
        return report;
    }

    private TimeSpan Wait(HttpAnswer answer, JsonElement body)
    {
        var details = body.TryGetProperty("moreInfo", out var info) && info.ValueKind is JsonValueKind.Object ? info : body;
        TimeSpan? wait =
            double.TryParse(answer.RetryAfter, NumberStyles.Float, CultureInfo.InvariantCulture, out var header) ? TimeSpan.FromSeconds(header)
            : Number(details, "retryAfterSeconds") is { } seconds ? TimeSpan.FromSeconds(seconds)
            : Number(details, "rateLimitResetAt") is { } reset ? DateTimeOffset.FromUnixTimeMilliseconds((long)reset) - clock.GetUtcNow()
            : null;
        return wait is null || wait < TimeSpan.Zero ? TimeSpan.Zero : wait.Value < Longest ? wait.Value : Longest;
    }

    private static double? Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number ? value.GetDouble() : null;

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
