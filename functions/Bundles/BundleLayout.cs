using System.Collections.Immutable;
using Serverless.Bundles.Zip;

namespace Serverless.Bundles;

/// <summary>How a bundle's entries lie: which are kept, and where the web root is. Pure.</summary>
/// <param name="Kept">Entries without the system files that devices stumble over.</param>
/// <param name="Root">The folder of <c>index.html</c>: empty, or the single top folder with its <c>/</c>.</param>
internal sealed record BundleLayout(ImmutableArray<ZipEntry> Kept, string Root)
{
    private const string Index = "index.html";

    /// <summary>The entry of the start page.</summary>
    public string Page => Root + Index;

    /// <returns>The rejection, or null with the layout.</returns>
    public static Rejection? Find(ImmutableArray<ZipEntry> entries, out BundleLayout layout)
    {
        var kept = entries.Where(entry => !IsSystemFile(entry.Name)).ToImmutableArray();
        layout = new BundleLayout(kept, "");
        if (FindCollision(entries) is { } collision)
        {
            return collision;
        }

        if (kept.Any(entry => entry.Name == Index))
        {
            return null;
        }

        var folders = kept.Select(entry => entry.Name.Split('/', 2)).Select(parts => parts.Length == 2 ? parts[0] : "").Distinct().Take(2).ToArray();
        if (folders is [{ Length: > 0 } folder] && kept.Any(entry => entry.Name == $"{folder}/{Index}"))
        {
            layout = layout with { Root = folder + "/" };
            return null;
        }

        return new Rejection(RejectionCode.NoIndexHtml, "The bundle has no index.html at its root or in its single top folder.");
    }

    // iOS counts these as top-level names and then misses the single folder, Android does not.
    private static bool IsSystemFile(string name) => name[0] == '.' || name == "__MACOSX" || name.StartsWith("__MACOSX/", StringComparison.Ordinal);

    private static Rejection? FindCollision(ImmutableArray<ZipEntry> entries)
    {
        var exact = new HashSet<string>(StringComparer.Ordinal);
        var folded = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in entries)
        {
            if (!exact.Add(entry.Name))
            {
                return new Rejection(RejectionCode.DuplicateName, "Two entries have the same name.", ZipNameRules.Shorten(entry.Name));
            }

            // Every folder on the way counts, so that `a` and `a/b`, or `A/x` and `a/y`, collide as they do on a device's disk.
            for (var end = entry.Name.IndexOf('/', StringComparison.Ordinal); ; end = entry.Name.IndexOf('/', end + 1))
            {
                var isFile = end < 0;
                var path = isFile ? entry.Name : entry.Name[..end];
                if (path.Length > 0 && Collides(folded, path, isFile) is { } collision)
                {
                    return collision;
                }

                if (isFile || end == entry.Name.Length - 1)
                {
                    break;
                }
            }
        }

        return null;
    }

    private static Rejection? Collides(Dictionary<string, string> folded, string path, bool isFile)
    {
        var spelling = isFile ? path : path + "/";
        if (folded.TryAdd(path, spelling))
        {
            return null;
        }

        var other = folded[path];
        return other switch
        {
            _ when other == spelling => null,
            _ when other.TrimEnd('/') == path => new Rejection(
                RejectionCode.DuplicateName, "A name is used for a file and for a folder.", ZipNameRules.Shorten(path)),
            _ => new Rejection(
                RejectionCode.CaseCollision, $"Two names differ only in letter case: '{ZipNameRules.Shorten(other)}' is the other.", ZipNameRules.Shorten(path)),
        };
    }
}
