using Serverless.Bundles;

namespace Serverless.Commands;

/// <summary>Zips a built web app. The same files give the same bytes, so pushing twice is recognised as one version.</summary>
internal static class BundleFolder
{
    public static Task<TempZip> ZipAsync(string folder, string tempFolder, CancellationToken cancellation) => ReproducibleZip.WriteAsync(
        tempFolder,
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => (Name: Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/'), Open: (Func<Stream>)(() => File.OpenRead(path))))
            .Where(file => file.Name[0] != '.')
            .OrderBy(file => file.Name, StringComparer.Ordinal),
        cancellation);
}
