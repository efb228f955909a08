using System.IO.Compression;
using Serverless.Tests.Support.Zips;

namespace Serverless.Tests.Support.Bundles;

/// <summary>
/// A web app of every kind of file, 529 in all and about 5 MB as a zip: code, style and words that compress, images that do not, names that
/// trip up whoever escapes them once too often or too seldom, twins, a file that really ends in <c>.br</c>, and an empty one. The same version
/// gives the same bytes.
/// </summary>
public static class AssortedBundle
{
    /// <summary>The one file that differs between versions.</summary>
    public const string ChangedFile = "version.json";

    /// <summary>A file without content.</summary>
    public const string EmptyFile = "assets/empty.txt";

    private static readonly string[] AwkwardNames =
    [
        "assets/read me.html", "assets/a+b.css", "assets/100%.json", "assets/%41%2F.js", "assets/c#.js", "assets/what?.js", "assets/q&a=1;2.html",
        "assets/[id].html", "assets/naïve café.html", "данные/слово.json", "素材/画像.svg", "assets/~tilde'quote.js", "a/b/c/d/e/f/g/deep.js",
    ];

    private static readonly WebBundle Unversioned = Compose();

    public static WebBundle Of(string version) => Unversioned.With(ChangedFile, $$"""{"version":"{{version}}"}""");

    private static WebBundle Compose()
    {
        var logo = Bytes(ZipContent.Noise(seed: 1, 9_000));
        var small = WebBundle.Small("of many files");
        var app = small
            .With("app.js.br", Brotli(small.Files["app.js"]))
            .With("img/logo.png", logo)
            .With("img/logo (copy).png", logo)
            .With(EmptyFile, [])
            .With("js/vendor.js", Bytes(ZipContent.Words(seed: 2, 600_000)));
        app = AwkwardNames.Index().Aggregate(app, (bundle, file) => bundle.With(file.Item, Bytes(ZipContent.Words(seed: 10 + file.Index, 1_500))));
        app = Add(app, 255, index => $"js/chunks/{index}.js", seed: 1_000, ZipContent.Words, smallest: 300, largest: 24_000);
        app = Add(app, 60, index => $"css/{index}.css", seed: 2_000, ZipContent.Words, smallest: 200, largest: 9_000);
        app = Add(app, 60, index => $"i18n/{index}/messages.json", seed: 3_000, ZipContent.Words, smallest: 500, largest: 6_000);
        return Add(app, 132, index => $"img/{index}.png", seed: 4_000, ZipContent.Noise, smallest: 4_000, largest: 62_000);
    }

    private static WebBundle Add(
        WebBundle start, int count, Func<int, string> path, int seed, Func<int, long, ZipContent> content, int smallest, int largest) =>
        Enumerable.Range(0, count).Aggregate(start, (bundle, index) => bundle.With(
            path(index),
            Bytes(content(seed + index, smallest + ((largest - smallest) * (index * 37 % count) / count)))));

    private static byte[] Bytes(ZipContent content)
    {
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static byte[] Brotli(byte[] content)
    {
        using var compressed = new MemoryStream();
        using (var brotli = new BrotliStream(compressed, CompressionLevel.Optimal))
        {
            brotli.Write(content);
        }

        return compressed.ToArray();
    }
}
