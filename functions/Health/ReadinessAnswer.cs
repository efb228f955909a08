using System.Text.Json.Serialization;

namespace Serverless.Health;

/// <param name="Status"><c>ready</c> or <c>not_ready</c>.</param>
internal sealed record ReadinessAnswer(
    [property: JsonPropertyName("status")] string Status, [property: JsonPropertyName("checks")] IReadOnlyList<CheckAnswer> Checks)
{
    [JsonIgnore]
    public bool IsReady => Checks.All(check => check.Message is null);

    public static ReadinessAnswer Of(IReadOnlyList<CheckAnswer> checks) => new(checks.All(check => check.Message is null) ? "ready" : "not_ready", checks);
}

/// <param name="Status"><c>ok</c> or <c>failing</c>.</param>
/// <param name="Message">Why it fails.</param>
internal sealed record CheckAnswer(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("message")] string? Message)
{
    public static CheckAnswer Of(string name, string? fault) => new(name, fault is null ? "ok" : "failing", fault);
}
