using System.Collections.Frozen;
using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using Serverless.Bundles.Zip;

namespace Serverless.Bundles;

/// <summary>The assets of a zip that was found sound, each to be read any number of times and by several readers at once.</summary>
internal sealed class BundleAssets(SafeFileHandle zip, BundleContents contents)
{
    private readonly FrozenDictionary<string, ZipEntry> _entries =
        contents.Kept.Where(entry => !entry.IsDirectory).ToFrozenDictionary(entry => entry.Name, StringComparer.Ordinal);

    /// <summary>Ordered by path (ordinal).</summary>
    public ImmutableArray<BundleFile> Files => contents.Files;

    /// <summary>The inflated content, read forward only.</summary>
    public Stream Open(BundleFile file) => ZipContent.Open(zip, _entries[contents.Root + file.Path]).Stream;
}
