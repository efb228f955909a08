using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using Serverless.Access;

namespace Serverless.Management.Documents;

/// <summary>JSON schemas (draft 2020-12) of what <see cref="ManagementJson"/> reads and writes.</summary>
internal static class SchemaExport
{
    private const string Required = "required";
    private const string Default = "default";

    private static readonly JsonSchemaExporterOptions Options = new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Transform };

    /// <param name="type">One that <see cref="ManagementJson"/> knows.</param>
    /// <param name="place">Where the document holds the schema: what the exporter says once is referred to from there.</param>
    /// <param name="isPartial">Every member may be left out.</param>
    public static JsonObject Of(Type type, string place, bool isPartial)
    {
        var info = ManagementJson.Default.GetTypeInfo(type) ?? throw new InvalidOperationException($"{nameof(ManagementJson)} does not know {type.Name}.");
        var schema = info.GetJsonSchemaAsNode(Options).AsObject();
        if (isPartial)
        {
            schema.Remove(Required);
        }

        Move(schema, place);
        return schema;
    }

    private static void Move(JsonNode? schema, string place)
    {
        if (schema is JsonObject members)
        {
            if (members["$ref"] is JsonValue reference)
            {
                members["$ref"] = place + reference.GetValue<string>()[1..];
            }

            foreach (var (_, member) in members)
            {
                Move(member, place);
            }
        }
        else if (schema is JsonArray items)
        {
            foreach (var item in items)
            {
                Move(item, place);
            }
        }
    }

    private static JsonObject Transform(JsonSchemaExporterContext context, JsonNode schema)
    {
        if (context.TypeInfo.Type == typeof(Scopes))
        {
            return new JsonObject
            {
                ["type"] = "array",
                ["items"] = new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. ScopeWords.All.Select(word => JsonValue.Create(word))]) },
            };
        }

        // What has another converter of ours is a text; of a JsonNode nothing is known.
        if (schema is not JsonObject members || members.Count == 0)
        {
            return typeof(JsonNode).IsAssignableFrom(context.TypeInfo.Type) ? new JsonObject() : new JsonObject { ["type"] = "string" };
        }

        // Null is written by leaving the member out, so it is no value that stands for one.
        if (members.TryGetPropertyValue(Default, out var value) && value is null)
        {
            members.Remove(Default);
        }

        if (members[Required] is JsonArray required)
        {
            var nullable = context.TypeInfo.Properties.Where(property => property.IsGetNullable).Select(property => property.Name).ToHashSet();
            required.RemoveAll(name => nullable.Contains(name!.GetValue<string>()));
            if (required.Count == 0)
            {
                members.Remove(Required);
            }
        }

        return members;
    }
}
