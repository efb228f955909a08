using System.Text.Json.Serialization;

namespace Serverless.Signing;

/// <summary>The public keys that an app's releases are signed with.</summary>
internal sealed record KeyList([property: JsonPropertyName("keys")] IReadOnlyList<KeyDescription> Keys);

/// <param name="KeyId">What devices that carry the key send.</param>
/// <param name="PublicKey">PKCS#1 PEM, for <c>publicKey</c> of the app's configuration.</param>
internal sealed record KeyDescription([property: JsonPropertyName("keyId")] string KeyId, [property: JsonPropertyName("publicKey")] string PublicKey);
