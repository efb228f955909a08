using System.Collections.Concurrent;
using System.Security.Cryptography;
using Serverless.Device.Bundles;

namespace Serverless.Device.Manifests;

/// <summary>The files that a delta update need not download: those shipped in the app, and those of earlier bundles.</summary>
internal sealed class DeltaCache(IReadOnlyDictionary<string, byte[]> appFiles)
{
    private readonly ConcurrentDictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(Uri, string), PartialFile> _partials = new();

    /// <summary>The content of a file, or null where it has to be downloaded.</summary>
    public byte[]? Find(PlannedFile file) =>
        appFiles.TryGetValue(file.Target, out var shipped) && Hash(shipped) == file.Digest ? shipped
        : _files.GetValueOrDefault(Key(file.Digest, file.Target));

    public void Keep(PlannedFile file, byte[] content) => _files[Key(file.Digest, file.Target)] = content;

    /// <summary>Makes the files of a bundle that came as a zip ready for the next delta update.</summary>
    public void KeepAll(IBundleFolder folder)
    {
        foreach (var path in folder.Paths)
        {
            using var content = new MemoryStream();
            using (var file = folder.Open(path))
            {
                file.CopyTo(content);
            }
            var bytes = content.ToArray();
            _files[Key(Hash(bytes), path)] = bytes;
        }
    }

    /// <summary>What an earlier attempt has left of a download.</summary>
    public PartialFile Resume(PlannedFile file) => _partials.GetOrAdd((file.File.Url, file.Target), _ => new PartialFile());

    public void Forget(PlannedFile file) => _partials.TryRemove((file.File.Url, file.Target), out _);

    public static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static string Key(string digest, string path) => $"{digest}_{path[(path.LastIndexOf('/') + 1)..]}";
}
