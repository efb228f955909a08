using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Releases.Documents;

/// <summary>The payload of a release document. Strict to the last member: what is signed has one meaning.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(BundleVersionConverter), typeof(Sha256DigestConverter)])]
[JsonSerializable(typeof(ReleaseDocument))]
internal sealed partial class ReleaseDocumentJson : JsonSerializerContext;
