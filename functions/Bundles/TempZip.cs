using System.Buffers;
using System.IO.Hashing;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Serverless.Releases;
using Serverless.Storage;

namespace Serverless.Bundles;

/// <summary>A zip on local disk while intake works on it. Gone with its handle, also when the process is killed.</summary>
internal sealed class TempZip : IDisposable
{
    private const int BufferSize = 128 * 1024;

    private readonly FileStream _file;

    private TempZip(FileStream file, BundleDigests digests)
    {
        _file = file;
        Digests = digests;
    }

    public BundleDigests Digests { get; }

    public SafeFileHandle Handle => _file.SafeFileHandle;

    /// <summary>Keeps what <paramref name="write"/> writes, hashed on the way when it was written forward only.</summary>
    /// <param name="folder">Where; the system's temporary folder when empty.</param>
    /// <param name="write">Writes the content; may seek.</param>
    /// <param name="cancellation">Gives up and leaves nothing behind.</param>
    public static async Task<TempZip> WriteAsync(string folder, Func<Stream, Task> write, CancellationToken cancellation)
    {
        var file = ScratchFile.Create(folder);
        try
        {
            await write(file);
            return new TempZip(file, await HashAsync(file, cancellation));
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>Keeps a copy of a stream, hashing while it is written.</summary>
    public static async Task<TempZip> CopyAsync(string folder, Stream source, CancellationToken cancellation)
    {
        var file = ScratchFile.Create(folder);
        try
        {
            return new TempZip(file, await HashAsync(source, cancellation, file));
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>The content from its first byte. One reader at a time; it must not be disposed.</summary>
    public Stream Rewind()
    {
        _file.Position = 0;
        return _file;
    }

    public void Dispose() => _file.Dispose();

    private static async Task<BundleDigests> HashAsync(Stream source, CancellationToken cancellation, Stream? copy = null)
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var crc32 = new Crc32();
        var size = 0L;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            if (source.CanSeek)
            {
                source.Position = 0;
            }

            for (int read; (read = await source.ReadAsync(buffer, cancellation)) > 0; size += read)
            {
                sha256.AppendData(buffer, 0, read);
                crc32.Append(buffer.AsSpan(0, read));
                await (copy?.WriteAsync(buffer.AsMemory(0, read), cancellation) ?? ValueTask.CompletedTask);
            }

            await (copy?.FlushAsync(cancellation) ?? Task.CompletedTask);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return new BundleDigests(Sha256Digest.FromBytes(sha256.GetHashAndReset()), $"{crc32.GetCurrentHashAsUInt32():x8}", size);
    }
}
