using Microsoft.AspNetCore.Http;
using Serverless.Transport;

namespace Serverless.Management;

/// <summary>Writes a problem, with the name of the request that met it.</summary>
internal sealed class ProblemAnswer(Problem problem) : IResult, IStatusCodeHttpResult
{
    public int? StatusCode => problem.Status;

    public Task ExecuteAsync(HttpContext httpContext) => Results
        .Json(problem with { CorrelationId = CorrelationId.Of(httpContext) }, ManagementJson.Default.Problem, "application/problem+json", problem.Status)
        .ExecuteAsync(httpContext);
}
