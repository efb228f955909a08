namespace Serverless.Bundles.Content;

/// <summary>What a page needs it for.</summary>
internal enum PageReferenceKind
{
    /// <summary>Code: the page does not start without it.</summary>
    Script,

    /// <summary>The page cannot be used without it.</summary>
    StyleSheet,

    /// <summary>An image, an icon, and what else leaves a hole at most.</summary>
    Asset,
}

/// <summary>One address on a page.</summary>
/// <param name="Kind">What for.</param>
/// <param name="Address">As written.</param>
/// <param name="Path">The bundle's file that it names; null when it leads out of the bundle.</param>
/// <param name="Origin">Where it leads out to; null when it stays, or names no host.</param>
internal sealed record PageReference(PageReferenceKind Kind, string Address, string? Path, string? Origin)
{
    /// <summary>Stands for wherever a device serves the bundle from.</summary>
    public static readonly Uri Root = new("https://bundle.invalid/");

    // Named by the pages of older tools; the native app brings them, or nobody does.
    private static readonly string[] Native = ["cordova.js", "cordova_plugins.js", "capacitor.js"];

    /// <returns>Null for what names nothing: an empty address, or one that cannot be read.</returns>
    public static PageReference? Of(PageReferenceKind kind, string address, Uri page)
    {
        address = address.Trim();
        if (address.Length == 0 || Resolve(page, address) is not { } target)
        {
            return null;
        }

        var path = target.Host == Root.Host ? Uri.UnescapeDataString(target.AbsolutePath).TrimStart('/') : null;
        return path is "" ? null : new PageReference(kind, address, path, OriginOf(target));
    }

    /// <returns>Null when it cannot be read.</returns>
    public static Uri? Resolve(Uri page, string address) => Uri.TryCreate(page, address.Trim(), out var target) ? target : null;

    /// <returns>Scheme, host and port of a web address outside of the app, or null.</returns>
    public static string? OriginOf(Uri target) =>
        (target.Scheme == Uri.UriSchemeHttps || target.Scheme == Uri.UriSchemeHttp) && target.Host != Root.Host && !target.IsLoopback
            ? target.GetLeftPart(UriPartial.Authority)
            : null;

    /// <param name="files">Every file of the bundle.</param>
    public bool IsMissing(IReadOnlySet<string> files) => Path is not null && !files.Contains(Path) && !Native.Contains(Path);
}
