using System.IO.Compression;

namespace Serverless.Device.Manifests;

/// <summary>Decompresses a file as the decoders of both platforms do, which know windows of up to 24 bits.</summary>
internal static class BrotliFile
{
    private const byte LargeWindow = 0b001_0001;

    /// <exception cref="InvalidDataException">Not Brotli, cut off, or of a larger window.</exception>
    public static byte[] Decompress(byte[] compressed)
    {
        if (HasLargeWindow(compressed))
        {
            throw new InvalidDataException("The window is over 24 bits, which RFC 7932 does not know.");
        }
        using var brotli = new BrotliStream(new MemoryStream(compressed), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        try
        {
            brotli.CopyTo(plain);
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
        return plain.ToArray();
    }

    /// <summary>RFC 7932 §9.1 writes windows of 10 to 24 bits in up to seven bits, and leaves one pattern to the extension for larger ones.</summary>
    private static bool HasLargeWindow(byte[] compressed) => compressed is [var first, ..] && (first & 0b111_1111) == LargeWindow;
}
