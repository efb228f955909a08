using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Serverless.Tests.Support.Zips;

namespace Serverless.Tests.Support.Bundles;

/// <summary>A small web app that intake must accept, in memory. The same calls give the same bytes.</summary>
/// <example><code>
/// WebBundle.Small("1.4.1").WithChecksumJson().Zip()
/// WebBundle.InFolder("dist", "1.4.1").With("img/logo.svg", svg).Forge().Trailing(junk).Build()
/// </code></example>
public sealed record WebBundle
{
    private ImmutableSortedDictionary<string, byte[]> Contents { get; init; } =
        ImmutableSortedDictionary.Create<string, byte[]>(StringComparer.Ordinal);

    private string Folder { get; init; } = "";

    /// <summary>What the zip holds: path in the zip (with the top folder, if any) and content.</summary>
    public IReadOnlyDictionary<string, byte[]> Files =>
        Contents.ToImmutableSortedDictionary(file => Folder + file.Key, file => file.Value, StringComparer.Ordinal);

    /// <summary>Four files: a page, its script, which calls <c>notifyAppReady</c>, its style, and <c>version.json</c>.</summary>
    public static WebBundle Small(string version) => new WebBundle()
        .With("index.html", $"""
            <!doctype html>
            <html lang="en">
              <head>
                <meta charset="utf-8">
                <title>Small app {version}</title>
                <link rel="stylesheet" href="style.css">
                <script src="app.js" defer></script>
              </head>
              <body><main id="app"></main></body>
            </html>

            """)
        .With("app.js", $$"""
            document.getElementById("app").textContent = "Version {{version}}";
            window.Capacitor?.Plugins.CapacitorUpdater.notifyAppReady();

            """)
        .With("style.css", "body { font-family: sans-serif; }\n")
        .With("version.json", $$"""{"version":"{{version}}"}""");

    /// <summary><see cref="Small"/>, with everything in one top folder.</summary>
    public static WebBundle InFolder(string folder, string version) => Small(version) with { Folder = folder.TrimEnd('/') + "/" };

    /// <summary>Adds or replaces a file; the path is relative to the top folder.</summary>
    public WebBundle With(string path, string text) => With(path, Encoding.UTF8.GetBytes(text));

    /// <inheritdoc cref="With(string, string)"/>
    public WebBundle With(string path, byte[] content) => this with { Contents = Contents.SetItem(path, content) };

    public WebBundle Without(string path) => this with { Contents = Contents.Remove(path) };

    /// <summary>
    /// Adds a <c>checksum.json</c> about the files there are so far. Without <paramref name="write"/> it is
    /// <c>{"files":{"app.js":"…"}}</c> with lower-case SHA-256 by path; with it, whatever that makes of these digests.
    /// </summary>
    public WebBundle WithChecksumJson(Func<IReadOnlyDictionary<string, string>, string>? write = null)
    {
        var digests = Contents.ToImmutableSortedDictionary(
            file => file.Key, file => Convert.ToHexStringLower(SHA256.HashData(file.Value)), StringComparer.Ordinal);
        return With("checksum.json", write?.Invoke(digests) ?? JsonSerializer.Serialize(new { files = digests }));
    }

    /// <summary>The bundle as a forge, for a test that bends it further.</summary>
    public ZipForge Forge() => Files.Aggregate(new ZipForge(), (forge, file) => forge.File(file.Key, file.Value));

    public byte[] Zip() => Forge().Build();
}
