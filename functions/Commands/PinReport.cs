using System.Text.Json.Serialization;
using Serverless.Transport.Pins;

namespace Serverless.Commands;

/// <summary>What <c>pins --json</c> prints.</summary>
/// <param name="Defect">Why there is nothing to paste, where the chain does not verify.</param>
/// <param name="BackupPin">Of the backup key, where one was named.</param>
/// <param name="Android">A network security configuration.</param>
/// <param name="Ios">A part of Info.plist.</param>
internal sealed record PinReport(
    string Host, IReadOnlyList<ServedCertificate> Certificates, string? Defect, string? BackupPin, string? Android, string? Ios);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(PinReport))]
internal sealed partial class PinJson : JsonSerializerContext;
