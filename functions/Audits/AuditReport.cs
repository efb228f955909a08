using System.Text.Json.Serialization;

namespace Serverless.Audits;

/// <summary>What an audit came to.</summary>
/// <param name="Holds">Nothing was found that does not match.</param>
/// <param name="Mismatch">The first row, blob or signature that does not match, in a sentence.</param>
/// <param name="App">Whose it is.</param>
/// <param name="Keys">Where the public keys are from.</param>
/// <param name="Checked">What was looked at.</param>
internal sealed record AuditReport(
    [property: JsonPropertyName("holds")] bool Holds,
    [property: JsonPropertyName("mismatch")] string? Mismatch,
    [property: JsonPropertyName("app")] string? App,
    [property: JsonPropertyName("keys")] string Keys,
    [property: JsonPropertyName("checked")] AuditTally Checked);
