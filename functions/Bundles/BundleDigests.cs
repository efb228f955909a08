using Serverless.Releases;

namespace Serverless.Bundles;

/// <summary>What identifies a zip's bytes.</summary>
/// <param name="Sha256">What devices verify.</param>
/// <param name="Crc32">Eight lower-case hex digits: what plugins of 2023 verify.</param>
/// <param name="Size">In bytes.</param>
internal sealed record BundleDigests(Sha256Digest Sha256, string Crc32, long Size);
