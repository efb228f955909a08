using Microsoft.Win32.SafeHandles;
using Serverless.Bundles;
using Serverless.Bundles.Content;
using Serverless.Bundles.Zip;
using Serverless.Releases;

namespace Serverless.Tests.Unit.Bundles.Zip;

/// <summary>Bytes in a file of their own, gone with its handle.</summary>
internal sealed class ZipFile : IDisposable
{
    private ZipFile(SafeFileHandle handle) => Handle = handle;

    public SafeFileHandle Handle { get; }

    public static ZipFile Of(ReadOnlySpan<byte> bytes)
    {
        var path = Path.Combine(Path.GetTempPath(), $"zip-{Guid.NewGuid():N}");
        var handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
        RandomAccess.Write(handle, bytes, 0);
        return new ZipFile(handle);
    }

    public ZipReading Read() => ZipDirectory.Read(Handle, new BundleOptions());

    /// <summary>Each entry's name and the digest of its content, or the reason why the zip is refused.</summary>
    public (IReadOnlyDictionary<string, Sha256Digest>? Files, string? Code) Unpack()
    {
        if (Read() is not ZipReading.Readable readable)
        {
            return (null, ((ZipReading.Refused)Read()).Rejection.Code);
        }

        var reader = new BundleReader(Handle, new ContentScan("index.html"));
        var files = new Dictionary<string, Sha256Digest>(StringComparer.Ordinal);
        foreach (var entry in readable.Entries)
        {
            if (reader.Read(entry, out var digest, CancellationToken.None) is { } rejection)
            {
                return (null, rejection.Code);
            }

            files[entry.Name] = digest;
        }

        return (files, null);
    }

    public void Dispose() => Handle.Dispose();
}
