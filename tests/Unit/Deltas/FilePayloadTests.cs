using System.IO.Compression;
using System.Text;
using CsCheck;
using Serverless.Bundles.Files;

namespace Serverless.Tests.Unit.Deltas;

public sealed class FilePayloadTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Text_travels_compressed()
    {
        var script = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("function greet() { return 'hello'; }\n", 500)));

        var (isCompressed, bytes) = await MakeAsync(script);

        Assert.True(isCompressed);
        Assert.True(bytes.Length < script.Length / 10, $"{bytes.Length} of {script.Length} bytes");
        Assert.Equal(script, Decompress(bytes));
    }

    [Fact]
    public async Task Noise_travels_as_it_is()
    {
        var noise = new byte[50_000];
        new Random(1).NextBytes(noise);

        var (isCompressed, bytes) = await MakeAsync(noise);

        Assert.False(isCompressed);
        Assert.Equal(noise, bytes);
    }

    [Fact]
    public async Task Noise_is_compressed_all_the_same_where_its_name_asks_for_it()
    {
        var noise = new byte[5_000];
        new Random(2).NextBytes(noise);

        var (isCompressed, bytes) = await MakeAsync(noise, mustCompress: true);

        Assert.True(isCompressed);
        Assert.Equal(noise, Decompress(bytes));
    }

    /// <summary>RFC 7932 §9.1: decoders on devices know windows up to 24 bits, and <c>0010001</c> would announce a larger one.</summary>
    [Fact]
    public Task Whatever_travels_is_the_content_and_never_longer_than_it_pays() => Gen.Select(
        Gen.Byte.Array[1, 300], Gen.Int[1, 800]).SampleAsync(
        async (pattern, repeats) =>
        {
            byte[] content = [.. Enumerable.Repeat(pattern, repeats).SelectMany(bytes => bytes)];

            var (isCompressed, bytes) = await MakeAsync(content);

            return isCompressed
                ? bytes.Length < content.Length && (bytes[0] & 0b111_1111) != 0b001_0001 && Decompress(bytes).AsSpan().SequenceEqual(content)
                : bytes.AsSpan().SequenceEqual(content);
        },
        iter: 200);

    private static async Task<(bool IsCompressed, byte[] Bytes)> MakeAsync(byte[] content, bool mustCompress = false)
    {
        await using var payload = await FilePayload.MakeAsync(() => new MemoryStream(content), content.Length, mustCompress, folder: "", Cancellation);
        using var bytes = new MemoryStream();
        await payload.Content.CopyToAsync(bytes, Cancellation);
        return (payload.IsCompressed, bytes.ToArray());
    }

    private static byte[] Decompress(byte[] compressed)
    {
        using var brotli = new BrotliStream(new MemoryStream(compressed), CompressionMode.Decompress);
        using var content = new MemoryStream();
        brotli.CopyTo(content);
        return content.ToArray();
    }
}
