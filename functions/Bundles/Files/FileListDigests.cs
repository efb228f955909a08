using System.Collections.Immutable;
using Serverless.Releases;

namespace Serverless.Bundles.Files;

/// <summary>The lists of one release; a list that no device could install from is missing.</summary>
/// <param name="Plain">For devices without a key.</param>
/// <param name="Keyed">By key id.</param>
internal sealed record FileListDigests(Sha256Digest? Plain, ImmutableDictionary<string, Sha256Digest> Keyed)
{
    public Sha256Digest? For(string keyId) => Keyed.TryGetValue(keyId, out var digest) ? digest : null;
}
