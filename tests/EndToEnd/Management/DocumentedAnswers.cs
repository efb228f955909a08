using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using Serverless.Management.Documents;

namespace Serverless.Tests.EndToEnd.Management;

/// <summary>Holds every answer of the management API, problems included, to what the API's own document says of the call: status, content type, schema and codes.</summary>
internal sealed class DocumentedAnswers(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const string Prefix = "/api";

    private static readonly JsonObject Document = OpenApiDocument.Create();

    private static readonly ConcurrentDictionary<string, JsonSchema> Schemas = new();

    private readonly ConcurrentDictionary<string, HttpStatusCode> _answered = new();

    /// <summary>Every call that is documented, by its operation id.</summary>
    public static IReadOnlyCollection<string> Operations { get; } = [.. Find((_, _) => true).Select(operation => operation.Name)];

    /// <summary>What has answered so far: with its last success, or else its last problem.</summary>
    public IReadOnlyDictionary<string, HttpStatusCode> Answered => _answered;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        var path = request.RequestUri!.AbsolutePath;
        if (path.StartsWith($"{Prefix}/manage/", StringComparison.Ordinal) && response.StatusCode is not HttpStatusCode.NotModified)
        {
            foreach (var (name, told) in Find((method, template) => string.Equals(method, request.Method.Method, StringComparison.OrdinalIgnoreCase) && Fits(template, path[Prefix.Length..])))
            {
                await response.Content.LoadIntoBufferAsync(cancellationToken);
                Hold(name, told, response, await response.Content.ReadAsStringAsync(cancellationToken));
                _answered.AddOrUpdate(name, response.StatusCode, (_, before) => response.IsSuccessStatusCode || !IsSuccess(before) ? response.StatusCode : before);
            }
        }

        return response;
    }

    private static void Hold(string name, JsonObject told, HttpResponseMessage response, string body)
    {
        var place = response.IsSuccessStatusCode ? $"{(int)response.StatusCode}" : "default";
        var mediaType = response.Content.Headers.ContentType?.MediaType ?? "nothing";
        var schema = told["responses"]?[place]?["content"]?[mediaType]?["schema"];
        Assert.True(schema is not null, $"{name} is not documented to answer {(int)response.StatusCode} with {mediaType}: {body}");

        var compiled = Schemas.GetOrAdd($"{name} {place}", _ => Compile(schema));
        using var json = JsonDocument.Parse(body);
        var result = compiled.Evaluate(json.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        var errors = (result.Details ?? []).Where(detail => detail.Errors is not null).SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}"));
        Assert.True(result.IsValid, $"{name} answered otherwise than it is documented.\n{string.Join('\n', errors)}\n{body}");
    }

    // The document's schemas stand where JSON Schema looks for them.
    private static JsonSchema Compile(JsonNode schema)
    {
        var whole = schema.DeepClone().AsObject();
        whole["$defs"] = Document["components"]!["schemas"]!.DeepClone();
        return JsonSchema.FromText(whole.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal));
    }

    private static IEnumerable<(string Name, JsonObject Told)> Find(Func<string, string, bool> isWanted) =>
        from path in Document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        where isWanted(operation.Key, path.Key)
        select ((string)operation.Value!["operationId"]!, operation.Value!.AsObject());

    private static bool Fits(string template, string path)
    {
        var (wanted, given) = (template.Split('/'), path.Split('/'));
        return wanted.Length == given.Length && wanted.Zip(given, (part, found) => part.StartsWith('{') || part == found).All(fits => fits);
    }

    private static bool IsSuccess(HttpStatusCode status) => (int)status is >= 200 and < 300;
}
