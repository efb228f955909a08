using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using Serverless.Hosts.Standalone.Discovery;
using Serverless.Management;
using Serverless.Management.Documents;
using Serverless.Releases;
using Serverless.Rollbacks;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;

namespace Serverless.Tests.Unit.Management;

public sealed class OpenApiDocumentTests
{
    private static readonly NpmPackage Specification = new(
        "@seriousme/openapi-schema-validator", "2.11.0", "sha512-DL8TjmjkUS76OaK/TinoRtf6PrirsWfMZiv62ifP9eq3UOpoLqSGZKpCErxMzz0i1pjECSPYY+qZ1SRYEgiEvg==");

    private static readonly JsonObject Document = OpenApiDocument.Create();

    private static JsonObject Schemas => Document["components"]!["schemas"]!.AsObject();

    [Fact]
    public async Task Document_is_one_of_openapi_3_1()
    {
        var folder = await Specification.UnpackAsync(Repository.Cache("npm"), TestContext.Current.CancellationToken);
        var specification = await File.ReadAllTextAsync(Path.Combine(folder, "schemas", "v3.1", "schema.json"), TestContext.Current.CancellationToken);

        // The validator loses patterns with a slash; this one means the same.
        AssertValid(JsonSchema.FromText(specification.Replace("\"^/\"", "\"^\\\\u002f\"", StringComparison.Ordinal)), Document);
    }

    [Fact]
    public void Every_management_function_is_in_it_under_its_route_and_method()
    {
        var functions = FunctionCatalog.Discover(typeof(ManagementApi).Assembly.GetTypes()).Functions.OfType<HttpFunction>()
            .Where(function => function.Route.StartsWith("api/manage/", StringComparison.Ordinal))
            .SelectMany(function => function.Methods.Select(method => $"{method} {function.Route["api".Length..]} {function.Name}"));

        var described = Document["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(operation => $"{operation.Key} {path.Key} {operation.Value!["operationId"]}"));

        Assert.Equal(functions.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_reference_leads_to_a_schema()
    {
        var references = Descendants(Document).OfType<JsonObject>().Select(node => node["$ref"]).OfType<JsonValue>().Select(reference => reference.GetValue<string>()).ToArray();

        Assert.NotEmpty(references);
        Assert.All(references, reference =>
            Assert.NotNull(reference.Split('/').Skip(1).Aggregate((JsonNode?)Document, (node, name) => node is JsonArray items ? items[int.Parse(name, CultureInfo.InvariantCulture)] : node?[name])));
    }

    [Fact]
    public void Answers_with_and_without_what_may_be_left_out_are_of_their_schema()
    {
        var release = new ListedRelease("1.4.2", 7, DateTimeOffset.UnixEpoch, 1, 1, ReleaseState.Offered, Notes: null, [new LeadingChannel("production", MoveKind.Pointer)]);
        var schema = SchemaOf(nameof(ReleaseList));

        AssertValid(schema, JsonSerializer.SerializeToNode(new ReleaseList([release], Next: null), ManagementJson.Default.ReleaseList));
        AssertValid(schema, JsonSerializer.SerializeToNode(new ReleaseList([release with { Notes = "Faster." }], "Nw"), ManagementJson.Default.ReleaseList));
        AssertValid(SchemaOf(nameof(Problem)), JsonSerializer.SerializeToNode(Problem.MissingParameter("hash"), ManagementJson.Default.Problem));
        Assert.False(schema.Evaluate(Element(new JsonObject { ["releases"] = new JsonArray(new JsonObject { ["version"] = 1 }) })).IsValid);
    }

    [Fact]
    public void Call_tells_what_it_takes_and_what_may_go_wrong()
    {
        var act = Document["paths"]!["/manage/apps/{app}/releases/{version}"]!["post"]!;

        Assert.Equal(["app", "version", "If-Match"], act["parameters"]!.AsArray().Select(parameter => parameter!["name"]!.GetValue<string>()));
        Assert.Equal("#/components/schemas/ReleaseOrder", act["requestBody"]!["content"]!["application/json"]!["schema"]!["$ref"]!.GetValue<string>());
        var codes = act["responses"]!["default"]!["content"]!["application/problem+json"]!["schema"]!["properties"]!["code"]!["enum"]!.AsArray().Select(code => code!.GetValue<string>());
        Assert.Superset(
            new HashSet<string> { "unauthenticated", "forbidden", "app_not_found", "release_not_found", "version_not_higher", "missing_if_match", "unknown_member" }, codes.ToHashSet());
        Assert.Equal(["promote", "withdraw"], Schemas["ReleaseOrder"]!["properties"]!["action"]!["enum"]!.AsArray().Select(word => word!.GetValue<string>()));
        Assert.Null(Schemas["ChannelSettingsEdit"]!["required"]);
    }

    private static JsonSchema SchemaOf(string name) => JsonSchema.FromText(Schemas[name]!.ToJsonString());

    private static void AssertValid(JsonSchema schema, JsonNode? instance)
    {
        var result = schema.Evaluate(Element(instance), new EvaluationOptions { OutputFormat = OutputFormat.List });
        var errors = (result.Details ?? []).Where(detail => detail.Errors is not null).SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}"));
        Assert.True(result.IsValid, string.Join('\n', errors));
    }

    private static JsonElement Element(JsonNode? node) => JsonSerializer.SerializeToElement(node);

    private static IEnumerable<JsonNode> Descendants(JsonNode node) => (node switch
    {
        JsonObject members => members.Select(member => member.Value),
        JsonArray items => items,
        _ => [],
    }).OfType<JsonNode>().SelectMany(Descendants).Prepend(node);
}
