using System.Collections.Frozen;

namespace Serverless.Bundles.Content;

/// <summary>Files that belong to a developer's tools and machine, by their names. Pure.</summary>
internal static class PrivateFiles
{
    private static readonly FrozenSet<string> Names = FrozenSet.ToFrozenSet(
        [".npmrc", ".yarnrc.yml", ".netrc", ".pypirc", ".htpasswd", ".pgpass", ".git-credentials", "id_rsa", "id_ed25519", "id_ecdsa"],
        StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Folders = FrozenSet.ToFrozenSet([".git", ".svn", ".hg", ".ssh", ".aws", ".azure", ".kube"], StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Stores = FrozenSet.ToFrozenSet([".jks", ".keystore", ".p12", ".pfx", ".kdbx", ".ppk"], StringComparer.OrdinalIgnoreCase);

    public static bool Contains(string path)
    {
        var segments = path.Split('/');
        var name = segments[^1];
        return Names.Contains(name) || Stores.Contains(Path.GetExtension(name)) || segments.SkipLast(1).Any(Folders.Contains) || IsEnvironment(name);
    }

    // `.env.example` is what one publishes on purpose.
    private static bool IsEnvironment(string name) => name.StartsWith(".env", StringComparison.OrdinalIgnoreCase)
        && (name.Length == 4 || name[4] == '.') && !name.EndsWith(".example", StringComparison.OrdinalIgnoreCase) && !name.EndsWith(".sample", StringComparison.OrdinalIgnoreCase);
}
