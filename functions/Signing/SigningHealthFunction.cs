using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace Serverless.Signing;

/// <summary>
/// <c>GET /api/health/signing</c>: whether new releases can be signed. For alerts, and apart from <c>/api/health</c> because an instance
/// without its custodian goes on serving devices. Anonymous, so the cause is in the log alone.
/// </summary>
internal sealed class SigningHealthFunction(CustodianHealth health)
{
    [Function("SigningHealth")]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/health/signing")] HttpRequest request, CancellationToken cancellation) =>
        await health.IsSigningAsync(cancellation)
            ? Results.Json(new SigningHealthAnswer("ok"), WireJson.Default.SigningHealthAnswer)
            : Results.Json(
                new SigningHealthAnswer("failing", "The custodian does not sign; the log says why."),
                WireJson.Default.SigningHealthAnswer,
                statusCode: StatusCodes.Status503ServiceUnavailable);
}

internal sealed record SigningHealthAnswer(
    [property: JsonPropertyName("status")] string Status, [property: JsonPropertyName("message")] string? Message = null);
