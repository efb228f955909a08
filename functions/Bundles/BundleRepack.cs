using System.IO.Compression;
using Microsoft.Win32.SafeHandles;
using Serverless.Bundles.Zip;

namespace Serverless.Bundles;

/// <summary>Writes a bundle anew from the entries that are kept, with headers every device reads. The same upload gives the same bytes.</summary>
internal static class BundleRepack
{
    // The earliest time a zip can hold: a repack must not depend on when it ran.
    private static readonly DateTimeOffset FixedTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static Task<TempZip> RunAsync(SafeFileHandle file, BundleContents contents, string folder, CancellationToken cancellation) => TempZip.WriteAsync(
        folder,
        async output =>
        {
            await using var zip = await ZipArchive.CreateAsync(output, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellation);
            foreach (var entry in contents.Kept.Where(entry => !entry.IsDirectory))
            {
                var rewritten = zip.CreateEntry(entry.Name, CompressionLevel.Optimal);
                rewritten.LastWriteTime = FixedTime;
                await using var target = await rewritten.OpenAsync(cancellation);
                await using var source = ZipContent.Open(file, entry);
                await source.CopyToAsync(target, cancellation);
            }
        },
        cancellation);
}
