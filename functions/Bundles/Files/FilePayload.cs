using System.IO.Compression;
using Serverless.Storage;

namespace Serverless.Bundles.Files;

/// <summary>One file as it travels: a Brotli stream where that pays, the content as it is otherwise.</summary>
internal sealed class FilePayload : IAsyncDisposable
{
    // Above it the gain per second falls off. The window stays at the encoder's 22 bits; decoders on devices know up to 24.
    private static readonly BrotliCompressionOptions Brotli = new() { Quality = 5 };

    // Images and fonts are compressed already; a device is not made to decode them twice for a percent.
    private const int WorthwhileShare = 16;

    private FilePayload(Stream content, bool isCompressed)
    {
        Content = content;
        IsCompressed = isCompressed;
    }

    /// <summary>Seekable, at its first byte.</summary>
    public Stream Content { get; }

    public bool IsCompressed { get; }

    /// <param name="open">Opens the content; called once or twice.</param>
    /// <param name="size">Of the content, in bytes.</param>
    /// <param name="mustCompress">Compress whether it pays or not.</param>
    /// <param name="folder">For content that is too large for memory.</param>
    /// <param name="cancellation">Gives up and leaves nothing behind.</param>
    public static async Task<FilePayload> MakeAsync(Func<Stream> open, long size, bool mustCompress, string folder, CancellationToken cancellation)
    {
        var compressed = await FillAsync(size, folder, CompressAsync, cancellation);
        if (mustCompress || compressed.Length < size - (size / WorthwhileShare))
        {
            return new FilePayload(compressed, isCompressed: true);
        }

        await compressed.DisposeAsync();
        return new FilePayload(await FillAsync(size, folder, CopyAsync, cancellation), isCompressed: false);

        async Task CompressAsync(Stream target)
        {
            await using var brotli = new BrotliStream(target, Brotli, leaveOpen: true);
            await CopyAsync(brotli);
        }

        async Task CopyAsync(Stream target)
        {
            await using var source = open();
            await source.CopyToAsync(target, cancellation);
        }
    }

    /// <summary>A stream at its first byte with what <paramref name="write"/> wrote.</summary>
    public static async Task<Stream> FillAsync(long size, string folder, Func<Stream, Task> write, CancellationToken cancellation)
    {
        var target = ScratchFile.Create(size, folder);
        try
        {
            await write(target);
            await target.FlushAsync(cancellation);
            target.Position = 0;
            return target;
        }
        catch
        {
            await target.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => Content.DisposeAsync();
}
