namespace Serverless.Storage;

/// <summary>Reads what should be small, and may be anything.</summary>
internal static class BoundedRead
{
    /// <returns>The content; of what is longer than <paramref name="maxBytes"/> one byte more than that, so that it shows.</returns>
    public static async Task<byte[]> ReadAtMostAsync(this Stream content, int maxBytes, CancellationToken cancellation)
    {
        var bytes = new byte[maxBytes + 1];
        var length = await content.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        return bytes[..length];
    }
}
