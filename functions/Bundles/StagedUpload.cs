using System.Collections.Immutable;
using Serverless.Releases;

namespace Serverless.Bundles;

/// <summary>An upload that is in the storage and not in the drop zone yet.</summary>
/// <param name="Sha256">Of all of it.</param>
/// <param name="Blocks">The ids of its blocks, in their order.</param>
internal sealed record StagedUpload(Sha256Digest Sha256, ImmutableArray<string> Blocks);
