using System.IO.Compression;
using System.Text.Json;

namespace Serverless.Updates;

/// <summary>An answer as it is sent; one body may serve any number of devices.</summary>
/// <param name="Content">JSON, or a gzip of it.</param>
/// <param name="IsCompressed">It is a gzip.</param>
internal sealed record AnswerBody(ReadOnlyMemory<byte> Content, bool IsCompressed)
{
    // A list of files repeats the same address and signature in every entry; the other answers fit into one packet as they are.
    public static AnswerBody Of(UpdateAnswer answer)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(answer, WireJson.Default.UpdateAnswer);
        return answer.Manifest is null ? new AnswerBody(json, IsCompressed: false) : new AnswerBody(Compress(json), IsCompressed: true);
    }

    /// <summary>The JSON, decompressed while it is read.</summary>
    public Stream OpenJson()
    {
        var content = new MemoryStream(Content.ToArray(), writable: false);
        return IsCompressed ? new GZipStream(content, CompressionMode.Decompress) : content;
    }

    private static byte[] Compress(byte[] json)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal))
        {
            gzip.Write(json);
        }

        return compressed.ToArray();
    }
}
