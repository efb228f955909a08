using Microsoft.AspNetCore.Http;

namespace Serverless.Health;

/// <summary>
/// <c>GET /api/health/ready</c>: whether this instance should be sent requests, and if not, why. For load balancers, which restart nothing for it; anonymous,
/// as they are, so the causes name nothing that is not known anyway.
/// </summary>
internal sealed class ReadinessFunction(Readiness readiness)
{
    [Function("Readiness")]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/health/ready")] HttpRequest request, CancellationToken cancellation)
    {
        var answer = await readiness.AskAsync(cancellation);
        return Results.Json(
            answer, WireJson.Default.ReadinessAnswer, statusCode: answer.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
