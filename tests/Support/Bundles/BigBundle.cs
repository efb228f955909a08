using System.IO.Compression;
using Serverless.Tests.Support.Zips;

namespace Serverless.Tests.Support.Bundles;

/// <summary>A bundle of any size, seeded, written without being held in memory: a third are images, which do not deflate, the rest scripts.</summary>
public static class BigBundle
{
    private const double ImageShare = 0.8;

    // What ZipContent.Words deflates to at the fastest level.
    private const double ScriptRatio = 0.28;

    /// <param name="bytes">The size of the zip, met within a tenth.</param>
    /// <param name="files">Entries of the zip, at least ten.</param>
    /// <param name="seed">Another seed gives other content of the same sizes.</param>
    public static Task WriteAsync(string path, long bytes, int files, int seed = 1, CancellationToken cancellationToken = default) =>
        Task.Run(() => Forge(bytes, files, seed).WriteTo(path), cancellationToken);

    private static ZipForge Forge(long bytes, int files, int seed)
    {
        var start = WebBundle.Small($"1.0.{seed}").Forge();
        var images = files / 3;
        var scripts = files - images - WebBundle.Small("1.0.0").Files.Count;
        var image = (long)(bytes * ImageShare / images);
        var script = (long)(bytes * (1 - ImageShare) / ScriptRatio / scripts);

        var withImages = Enumerable.Range(0, images).Aggregate(start, (forge, index) =>
            forge.File($"img/{index}.jpg", ZipContent.Noise(Seed(seed, index), image), entry => entry.Stored()));
        return Enumerable.Range(0, scripts).Aggregate(withImages, (forge, index) =>
            forge.File($"js/{index}.js", ZipContent.Words(Seed(seed, images + index), script), entry => entry.Packed(CompressionLevel.Fastest)));
    }

    private static int Seed(int seed, int index) => (seed * 1_000_003) + index;
}
