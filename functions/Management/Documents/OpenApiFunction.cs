using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Serverless.Access;

namespace Serverless.Management.Documents;

/// <summary><c>/api/manage/openapi.json</c>: the API's own document, with the address under which it was asked for.</summary>
internal sealed class OpenApiFunction(ManagementApi management)
{
    private const string Below = "manage/openapi.json";
    private const string Route = "api/" + Below;

    private static readonly Lazy<JsonObject> Document = new(OpenApiDocument.Create);

    [Function("ManageOpenApi")]
    [Operation("Describe this API", typeof(JsonObject))]
    public Task<IResult> ReadAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route)] HttpRequest request, CancellationToken cancellation) =>
        management.AnswerAnyAppAsync(
            request,
            Scopes.Read,
            _ =>
            {
                var document = Document.Value.DeepClone().AsObject();
                var server = $"{request.PathBase}{request.Path}".Replace($"/{Below}", "", StringComparison.Ordinal);
                document["servers"] = new JsonArray(new JsonObject { ["url"] = server });
                return Task.FromResult(Results.Text(document.ToJsonString(), "application/json"));
            },
            cancellation);
}
