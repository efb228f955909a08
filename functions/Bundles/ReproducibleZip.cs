using System.IO.Compression;

namespace Serverless.Bundles;

/// <summary>Writes zips whose bytes depend on names, contents and the runtime alone, so that doing it again gives the same digest.</summary>
internal static class ReproducibleZip
{
    // The earliest time a zip can hold stands for every file's.
    private static readonly DateTimeOffset FixedTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="folder">Where the zip is kept; the system's temporary folder when empty.</param>
    /// <param name="files">Names with <c>/</c> and contents, in the order they are written.</param>
    /// <param name="cancellation">Gives up and leaves nothing behind.</param>
    public static Task<TempZip> WriteAsync(string folder, IEnumerable<(string Name, Func<Stream> Open)> files, CancellationToken cancellation) => TempZip.WriteAsync(
        folder,
        async output =>
        {
            await using var zip = await ZipArchive.CreateAsync(output, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellation);
            foreach (var (name, open) in files)
            {
                var entry = zip.CreateEntry(name, CompressionLevel.Optimal);
                entry.LastWriteTime = FixedTime;
                await using var target = await entry.OpenAsync(cancellation);
                await using var source = open();
                await source.CopyToAsync(target, cancellation);
            }
        },
        cancellation);
}
