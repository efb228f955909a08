using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace Serverless.Management.Documents;

/// <summary>The OpenAPI 3.1 document of the management API, made of the functions' attributes and of the types that are read and written.</summary>
internal sealed class OpenApiDocument
{
    private const string Json = "application/json";
    private const string ProblemSchema = nameof(Problem);

    /// <summary>Of every call.</summary>
    private static readonly string[] Shared =
    [
        ProblemCode.HttpsRequired, ProblemCode.Unauthenticated, ProblemCode.Forbidden, ProblemCode.TooManyRequests, ProblemCode.StorageUnavailable,
    ];

    private static readonly string[] OfBodies = [ProblemCode.InvalidJson, ProblemCode.BodyTooLarge, ProblemCode.UnknownMember, ProblemCode.InvalidMember];

    private readonly JsonObject _schemas = new() { [ProblemSchema] = SchemaExport.Of(typeof(Problem), Place(ProblemSchema), isPartial: false) };
    private readonly JsonObject _paths = [];

    private OpenApiDocument()
    {
        foreach (var operation in ManagedOperation.Discover())
        {
            var path = $"/{operation.Route}";
            var item = _paths[path]?.AsObject() ?? [];
            _paths[path] ??= item;
            item[operation.Method] = Describe(operation);
        }
    }

    /// <summary>The document, without saying where the server is.</summary>
    public static JsonObject Create()
    {
        var document = new OpenApiDocument();
        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "Management API",
                ["version"] = "1",
                ["description"] = "Releases, channels, rollouts, incidents and devices of Capacitor apps, for people and scripts. Problems are told as RFC 9457 says, with a stable code.",
            },
            ["security"] = new JsonArray(new JsonObject { ["token"] = new JsonArray() }),
            ["paths"] = document._paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject { ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" } },
                ["schemas"] = document._schemas,
            },
        };
    }

    private JsonObject Describe(ManagedOperation operation)
    {
        var told = operation.Told;
        var described = new JsonObject
        {
            ["operationId"] = operation.Name,
            ["summary"] = told.Summary,
            ["tags"] = new JsonArray(operation.Tag),
            ["parameters"] = new JsonArray([.. Parameters(operation)]),
        };
        if (told.Body is { } body)
        {
            described["requestBody"] = new JsonObject { ["content"] = body == typeof(Stream) ? Content("application/zip", []) : Content(Json, Refer(body, told.IsPartial)) };
        }

        described["responses"] = new JsonObject
        {
            [$"{told.Status}"] = new JsonObject { ["description"] = ReasonPhrases.GetReasonPhrase(told.Status), ["content"] = Content(Json, Refer(told.Answer, isPartial: false)) },
            ["default"] = new JsonObject { ["description"] = "What went wrong.", ["content"] = Content("application/problem+json", ProblemOf(Codes(operation))) },
        };
        return described;
    }

    private static IEnumerable<JsonNode> Parameters(ManagedOperation operation)
    {
        foreach (var name in operation.PathParameters)
        {
            yield return Parameter(name, "path", isRequired: true);
        }

        foreach (var name in operation.Told.Query)
        {
            yield return Parameter(name, "query", isRequired: false);
        }

        if (operation.Told.NeedsMatch)
        {
            var match = Parameter("If-Match", "header", isRequired: false);
            match["description"] = "The ETag of what is changed. Every change needs it; what is only tried does not.";
            yield return match;
        }
    }

    private static JsonObject Parameter(string name, string place, bool isRequired) => new()
    {
        ["name"] = name,
        ["in"] = place,
        ["required"] = isRequired,
        ["schema"] = new JsonObject { ["type"] = name == Page.LimitParameter ? "integer" : "string" },
    };

    private static IEnumerable<string> Codes(ManagedOperation operation) => Shared
        .Concat(operation.Method is "get" ? [] : [ProblemCode.CrossSite])
        .Concat(operation.PathParameters.Contains("app") ? [ProblemCode.AppNotFound] : [])
        .Concat(operation.Told.Body is { } body && body != typeof(Stream) ? OfBodies : [])
        .Concat(operation.Told.Query.Length > 0 ? [ProblemCode.InvalidParameter] : [])
        .Concat(operation.Told.NeedsMatch ? [ProblemCode.MissingIfMatch, ProblemCode.ChangedMeanwhile] : [])
        .Concat(operation.Told.Problems)
        .Distinct();

    private static JsonObject ProblemOf(IEnumerable<string> codes) => new()
    {
        ["allOf"] = new JsonArray(Reference(ProblemSchema)),
        ["properties"] = new JsonObject { ["code"] = new JsonObject { ["enum"] = new JsonArray([.. codes.Select(code => JsonValue.Create(code))]) } },
    };

    private JsonObject Refer(Type type, bool isPartial)
    {
        var name = isPartial ? $"{type.Name}Edit" : type.Name;
        _schemas[name] ??= SchemaExport.Of(type, Place(name), isPartial);
        return Reference(name);
    }

    private static JsonObject Reference(string schema) => new() { ["$ref"] = Place(schema) };

    private static string Place(string schema) => $"#/components/schemas/{schema}";

    private static JsonObject Content(string mediaType, JsonObject schema) => new() { [mediaType] = new JsonObject { ["schema"] = schema } };
}
