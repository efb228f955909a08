using Microsoft.AspNetCore.Http;
using Serverless.Access;
using Serverless.Devices;
using Serverless.Management;
using Serverless.Management.Documents;

namespace Serverless.Updates;

/// <summary><c>GET /api/manage/apps/{app}/devices/{device}/explain?platform=…&amp;version_build=…</c>: why a device is answered as it is.</summary>
internal sealed class ExplainFunction(ManagementApi management, UpdateExplanation explanation, Pepper pepper)
{
    [Function("Explain")]
    [Operation(
        "Explain why a device is answered as it is",
        typeof(ExplainedUpdate),
        ProblemCode.MissingParameter,
        Query = ["platform", "version_build", "version_name", "plugin_version", "defaultChannel", "key_id", "version_os", "is_prod", "is_emulator"])]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = ManagementApi.App + "/devices/{device}/explain")] HttpRequest request,
        string app,
        string device,
        CancellationToken cancellation) => management.AnswerAsync(
            request,
            Scopes.Read,
            app,
            async _ => ExplanationQuery.Parse(app, device, request.Query, pepper, out var asked) is { } problem
                ? problem.ToHttp()
                : Results.Json(await explanation.RunAsync(asked, cancellation), ManagementJson.Default.ExplainedUpdate),
            cancellation);
}
