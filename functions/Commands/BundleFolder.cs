using System.IO.Compression;
using Serverless.Bundles;

namespace Serverless.Commands;

/// <summary>Zips a built web app. The same files give the same bytes, so pushing twice is recognised as one version.</summary>
internal static class BundleFolder
{
    private static readonly DateTimeOffset FixedTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static Task<TempZip> ZipAsync(string folder, string tempFolder, CancellationToken cancellation) => TempZip.WriteAsync(
        tempFolder,
        async output =>
        {
            await using var zip = await ZipArchive.CreateAsync(output, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellation);
            var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Select(path => (Path: path, Name: Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/')))
                .Where(file => file.Name[0] != '.')
                .OrderBy(file => file.Name, StringComparer.Ordinal);
            foreach (var (path, name) in files)
            {
                var entry = zip.CreateEntry(name, CompressionLevel.Optimal);
                entry.LastWriteTime = FixedTime;
                await using var target = await entry.OpenAsync(cancellation);
                await using var source = File.OpenRead(path);
                await source.CopyToAsync(target, cancellation);
            }
        },
        cancellation);
}
