using System.Collections.Concurrent;

namespace Serverless.Device.Bundles;

/// <summary>Keeps bundles in memory: a fleet of thousands must not fill the disk.</summary>
public sealed class MemoryBundleStorage : IBundleStorage
{
    /// <inheritdoc />
    public IBundleFolder Create() => new Folder();

    private sealed class Folder : IBundleFolder
    {
        private readonly ConcurrentDictionary<string, byte[]> _files = new(StringComparer.Ordinal);

        public IReadOnlyCollection<string> Paths => (IReadOnlyCollection<string>)_files.Keys;

        public void Write(string path, Stream content)
        {
            using var buffer = new MemoryStream();
            content.CopyTo(buffer);
            _files[path] = buffer.ToArray();
        }

        public Stream Open(string path) => new MemoryStream(_files[path], writable: false);

        /// <summary>Leaves the bytes to the garbage collector: other devices may share them.</summary>
        public void Delete()
        {
        }
    }
}
