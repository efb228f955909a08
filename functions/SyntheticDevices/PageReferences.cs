using System.Net;
using System.Text.RegularExpressions;

namespace Serverless.SyntheticDevices;

/// <summary>What a page cannot start without: its scripts and style sheets. Pure.</summary>
internal static partial class PageReferences
{
    // Named by the pages of older tools; the native app brings them, or nobody does.
    private static readonly string[] Native = ["cordova.js", "cordova_plugins.js", "capacitor.js"];

    /// <param name="html">The bundle's <c>index.html</c>.</param>
    /// <param name="files">Every file of the bundle.</param>
    /// <returns>The first local reference that leads to no file, or null when there is none.</returns>
    public static string? FindMissing(string html, IReadOnlySet<string> files) => Tags().Matches(Comments().Replace(html, ""))
        .Where(tag => tag.Groups["script"].Success || StyleSheets().IsMatch(tag.Value))
        .Select(tag => Addresses().Match(tag.Value))
        .Where(address => address.Success)
        .Select(address => WebUtility.HtmlDecode(address.Groups["url"].Value).Trim())
        .Where(IsLocal)
        .FirstOrDefault(url => PathOf(url) is { Length: > 0 } path && !files.Contains(path) && !Native.Contains(path));

    private static bool IsLocal(string url) => !url.StartsWith("//", StringComparison.Ordinal) && !Schemes().IsMatch(url);

    private static string PathOf(string url)
    {
        var path = Uri.UnescapeDataString(url.Split('?', '#')[0]);
        return new Uri(new Uri("http://bundle.invalid/"), path.TrimStart('/')) is var address ? Uri.UnescapeDataString(address.AbsolutePath).TrimStart('/') : path;
    }

    [GeneratedRegex("<!--.*?-->", RegexOptions.Singleline)]
    private static partial Regex Comments();

    [GeneratedRegex("<(?:(?<script>script)|link)\\b[^>]*>", RegexOptions.IgnoreCase)]
    private static partial Regex Tags();

    [GeneratedRegex("\\brel\\s*=\\s*[\"']?(?:stylesheet|modulepreload)\\b", RegexOptions.IgnoreCase)]
    private static partial Regex StyleSheets();

    [GeneratedRegex("\\b(?:src|href)\\s*=\\s*(?:\"(?<url>[^\"]*)\"|'(?<url>[^']*)'|(?<url>[^\\s>\"']+))", RegexOptions.IgnoreCase)]
    private static partial Regex Addresses();

    [GeneratedRegex("\\A[a-z][a-z0-9+.-]*:", RegexOptions.IgnoreCase)]
    private static partial Regex Schemes();
}
