using System.Text.Json;

namespace Serverless.Tests.Infrastructure;

/// <summary>The resources of a deployment. What only Azure knows, such as the id of an identity, is left as an expression.</summary>
internal sealed class PredictedResources(JsonElement snapshot)
{
    private readonly JsonElement[] _all = [.. snapshot.GetProperty("predictedResources").EnumerateArray()];

    public IEnumerable<JsonElement> OfType(string type) => _all.Where(resource => Text(resource, "type") == type);

    public JsonElement Single(string type) => Assert.Single(OfType(type));

    /// <summary>The last parts of the names: of <c>account/default/uploads</c>, <c>uploads</c>.</summary>
    public string[] Names(string type) => [.. OfType(type).Select(resource => Text(resource, "name").Split('/')[^1])];

    public static string Text(JsonElement element, params string[] path) => At(element, path).ToString();

    public static JsonElement At(JsonElement element, params string[] path) => path.Aggregate(element, (inner, name) => inner.GetProperty(name));
}
