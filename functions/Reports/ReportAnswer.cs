using System.Text.Json.Serialization;

namespace Serverless.Reports;

/// <summary>The answer to a report. Its body is never empty: iOS would send the same batch again every second, for ever.</summary>
internal sealed record ReportAnswer([property: JsonPropertyName("status")] string Status = ReportAnswer.Ok)
{
    public const string Ok = "ok";

    /// <summary>One for each event of an array; absent for a single object.</summary>
    [JsonPropertyName("results")]
    public IReadOnlyList<EventResult>? Results { get; init; }
}

/// <summary>What became of one event of an array.</summary>
internal sealed record EventResult(
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("index")] int Index,
    [property: JsonPropertyName("error")] string? Error = null,
    [property: JsonPropertyName("message")] string? Message = null);
