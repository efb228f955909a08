using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Serverless.Keys;

/// <summary>The public keys that an app's releases are signed with.</summary>
internal sealed record KeyList([property: JsonPropertyName("keys")] ImmutableArray<PublicKeyDescription> Keys);

/// <param name="KeyId">What devices that carry the key send.</param>
/// <param name="PublicKey">PKCS#1 PEM, for <c>publicKey</c> of the app's configuration.</param>
/// <param name="State">A member of <see cref="KeyState"/> in lower case.</param>
/// <param name="Recommended">The key for the next store build.</param>
internal sealed record PublicKeyDescription(
    [property: JsonPropertyName("keyId")] string KeyId,
    [property: JsonPropertyName("publicKey")] string PublicKey,
    [property: JsonPropertyName("state")] string State,
    [property: JsonPropertyName("recommended")] bool Recommended)
{
    public static PublicKeyDescription Of(HeldKey key) =>
        new(key.PublicKey.KeyId, key.PublicKey.Pem, $"{key.State}".ToLowerInvariant(), key.IsRecommended);
}
