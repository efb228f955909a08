using System.Text.Json.Serialization;

namespace Serverless.Audits;

/// <summary>What <c>verify --json</c> prints.</summary>
[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(AuditReport))]
internal sealed partial class AuditJson : JsonSerializerContext;
