using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace Serverless.Health;

/// <summary><c>GET /api/health</c>: the process answers, and since when. Touches no storage, so that an outage there restarts nothing.</summary>
internal sealed class HealthFunction(TimeProvider time)
{
    private readonly long _startedAt = time.GetTimestamp();

    [Function("Health")]
    public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/health")] HttpRequest request) =>
        Results.Json(new HealthAnswer("ok", (long)time.GetElapsedTime(_startedAt).TotalSeconds), WireJson.Default.HealthAnswer);
}

internal sealed record HealthAnswer(
    [property: JsonPropertyName("status")] string Status, [property: JsonPropertyName("uptimeSeconds")] long UptimeSeconds);
