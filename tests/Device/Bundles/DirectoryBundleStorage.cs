namespace Serverless.Device.Bundles;

/// <summary>Keeps each bundle in a directory of its own under <paramref name="root"/>, as a phone does.</summary>
public sealed class DirectoryBundleStorage(string root) : IBundleStorage
{
    /// <inheritdoc />
    public IBundleFolder Create() => new Folder(Directory.CreateDirectory(Path.Combine(root, Guid.NewGuid().ToString("N")[..10])).FullName);

    private sealed class Folder(string directory) : IBundleFolder
    {
        public IReadOnlyCollection<string> Paths =>
            [.. Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(directory, file).Replace(Path.DirectorySeparatorChar, '/'))];

        public void Write(string path, Stream content)
        {
            var file = Path.Combine(directory, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            using var target = File.Create(file);
            content.CopyTo(target);
        }

        public Stream Open(string path) => File.OpenRead(Path.Combine(directory, path));

        public void Delete()
        {
            if (Directory.Exists(directory))
            {
                Directory.Delete(directory, recursive: true);
            }
        }
    }
}
