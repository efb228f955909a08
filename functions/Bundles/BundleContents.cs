using System.Collections.Immutable;
using Serverless.Bundles.Content;
using Serverless.Bundles.Zip;

namespace Serverless.Bundles;

/// <summary>What a bundle that passed every check holds.</summary>
/// <param name="Files">Every asset, ordered by path (ordinal).</param>
/// <param name="Root">The folder of <c>index.html</c>: empty, or the single top folder with its <c>/</c>.</param>
/// <param name="Kept">The zip entries that are served, in their order.</param>
/// <param name="NeedsRepack">Some entries would make a device choke and can be left out or rewritten without changing an asset.</param>
/// <param name="Facts">What the files hold.</param>
internal sealed record BundleContents(ImmutableArray<BundleFile> Files, string Root, ImmutableArray<ZipEntry> Kept, bool NeedsRepack, ContentFacts Facts);
