using Serverless.Device.Bundles;

namespace Serverless.Device;

/// <summary>What the web part of an app does once it is loaded.</summary>
public static class AppBehaviour
{
    private static readonly string[] ScriptEndings = [".js", ".mjs", ".html"];

    /// <summary>A bundle becomes ready when one of its scripts mentions <c>notifyAppReady</c>.</summary>
    public static bool CallsNotifyAppReady(InstalledBundle bundle) =>
        bundle.Folder is { } folder && folder.Paths.Where(IsScript).Any(path => Mentions(folder, path, "notifyAppReady"));

    private static bool IsScript(string path) => ScriptEndings.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    private static bool Mentions(IBundleFolder folder, string path, string word)
    {
        using var reader = new StreamReader(folder.Open(path));
        return reader.ReadToEnd().Contains(word, StringComparison.Ordinal);
    }
}
