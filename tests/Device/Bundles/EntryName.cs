namespace Serverless.Device.Bundles;

/// <summary>The names that the plugin refuses, in zips and in manifests alike.</summary>
internal static class EntryName
{
    /// <summary>The event a refused name is reported with, or null for a name to be taken literally.</summary>
    public static string? Refusal(string name)
    {
        if (name.Contains('\\'))
        {
            return "windows_path_fail";
        }
        var segments = name.Split('/');
        return name.Length == 0 || name[0] == '/' || name.Contains('\0')
            || segments.Contains("..") || segments.All(segment => segment is "" or ".")
                ? "canonical_path_fail"
                : null;
    }

    /// <summary>The name as a path under a folder: <c>a//b</c> and <c>./a/b</c> are both <c>a/b</c>.</summary>
    public static string Normalize(string name) => string.Join('/', name.Split('/').Where(segment => segment is not ("" or ".")));
}
