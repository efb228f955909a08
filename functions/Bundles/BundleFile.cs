using Serverless.Releases;

namespace Serverless.Bundles;

/// <summary>One web asset of a bundle.</summary>
/// <param name="Path">Relative to the folder of <c>index.html</c>, with <c>/</c>.</param>
/// <param name="Sha256">Of the inflated content.</param>
/// <param name="Size">Inflated, in bytes.</param>
internal sealed record BundleFile(string Path, Sha256Digest Sha256, long Size);
