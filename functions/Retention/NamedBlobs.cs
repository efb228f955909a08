using System.IO.Hashing;
using System.Text;
using Serverless.Apps;
using Serverless.Deltas;
using Serverless.Releases;
using Serverless.Storage;

namespace Serverless.Retention;

/// <summary>
/// The blobs that releases name. Eight bytes a name: two names that share them keep a blob for longer than it is needed, and never remove one that is.
/// </summary>
internal sealed class NamedBlobs
{
    private readonly HashSet<ulong> _names = [];

    /// <summary>Releases that were added.</summary>
    public int Releases { get; private set; }

    /// <summary>All that the release's row names, and its encrypted files, which lie in a folder of their own.</summary>
    public void Add(AppId app, Release release)
    {
        var version = release.Version;
        Releases++;
        Add(Containers.Files, FileBlobs.Folder(app, version));
        Add(Containers.Bundles, BundleBlobs.Zip(app, version, release.Zip.Sha256));
        Add(Containers.Bundles, BundleBlobs.Checksums(app, version, release.Zip.Sha256));
        foreach (var form in release.SignedForms)
        {
            Add(Containers.Bundles, BundleBlobs.EncryptedZip(app, version, form.CiphertextSha256));
            if (form.Document is { } document)
            {
                Add(Containers.Bundles, BundleBlobs.Document(app, version, document));
            }
        }

        foreach (var list in release.SignedForms.Select(form => form.FileList).Append(release.FileList).OfType<Sha256Digest>())
        {
            Add(Containers.Bundles, BundleBlobs.FileList(app, version, list));
        }
    }

    /// <summary>The files of a list for devices without a key, which other releases may have too.</summary>
    public void Add(AppId app, BundleVersion version, FileList files)
    {
        foreach (var file in files.Files)
        {
            Add(Containers.Files, file.BlobOf(app, version));
        }
    }

    public bool Contains(string container, string name) =>
        _names.Contains(Hash(container, name)) || (container == Containers.Files && _names.Contains(Hash(container, name[..(name.LastIndexOf('/') + 1)])));

    private void Add(string container, string name) => _names.Add(Hash(container, name));

    private static ulong Hash(string container, string name) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes($"{container}/{name}"));
}
