using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Serverless.Tests.Support.Zips;

/// <summary>
/// What an entry unpacks to. Written on demand and any number of times, always the same bytes, so that a gigabyte need not be held.
/// </summary>
public sealed class ZipContent
{
    private const int ChunkSize = 64 * 1024;

    private readonly Action<Stream> _copy;

    private ZipContent(long length, Action<Stream> copy)
    {
        Length = length;
        _copy = copy;
    }

    public long Length { get; }

    public static ZipContent Empty { get; } = Bytes(default);

    public static ZipContent Bytes(ReadOnlyMemory<byte> bytes) => new(bytes.Length, stream => stream.Write(bytes.Span));

    public static ZipContent Text(string text) => Bytes(Encoding.UTF8.GetBytes(text));

    public static ZipContent FromFile(string path) => new(new FileInfo(path).Length, stream =>
    {
        using var file = File.OpenRead(path);
        file.CopyTo(stream);
    });

    /// <summary>Nothing but zeros: deflates about a thousandfold.</summary>
    public static ZipContent Zeros(long length) => Generated(length, static (chunk, _) => chunk.Clear());

    /// <summary>Seeded noise: does not deflate at all.</summary>
    public static ZipContent Noise(int seed, long length) => Generated(length, (chunk, offset) =>
    {
        for (var at = 0; at < chunk.Length; at += sizeof(ulong))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(chunk[at..], SplitMix(seed, offset + at));
        }
    });

    /// <summary>Seeded words such as minified scripts are made of: deflates three- to fourfold.</summary>
    public static ZipContent Words(int seed, long length) => Generated(length, (chunk, offset) =>
    {
        for (var at = 0; at < chunk.Length; at += sizeof(ulong))
        {
            Lexicon[(int)(SplitMix(seed, offset + at) >> 60)].CopyTo(chunk[at..]);
        }
    });

    public static implicit operator ZipContent(string text) => Text(text);

    public static implicit operator ZipContent(byte[] bytes) => Bytes(bytes);

    internal void CopyTo(Stream stream) => _copy(stream);

    private static byte[][] Lexicon { get; } =
    [
        "function"u8.ToArray(), "return e"u8.ToArray(), "(0,r.jsx"u8.ToArray(), ",classNa"u8.ToArray(),
        "me:\"btn-"u8.ToArray(), "const t="u8.ToArray(), "){if(!n)"u8.ToArray(), "=>{let o"u8.ToArray(),
        ".map(e=>"u8.ToArray(), ".props.s"u8.ToArray(), "null===t"u8.ToArray(), "exports."u8.ToArray(),
        "},void 0"u8.ToArray(), "===typeo"u8.ToArray(), ".length;"u8.ToArray(), "children"u8.ToArray(),
    ];

    private static ZipContent Generated(long length, SpanAction<byte, long> fill) => new(length, stream =>
    {
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkSize);
        for (var offset = 0L; offset < length; offset += ChunkSize)
        {
            fill(chunk.AsSpan(0, ChunkSize), offset);
            stream.Write(chunk, 0, (int)Math.Min(ChunkSize, length - offset));
        }

        ArrayPool<byte>.Shared.Return(chunk);
    });

    /// <summary>SplitMix64 of Steele, Lea and Flood as a function of the position: any chunk can be made without those before it.</summary>
    private static ulong SplitMix(int seed, long position)
    {
        var z = ((ulong)(uint)seed * 0xD1342543DE82EF95) + ((((ulong)position / sizeof(ulong)) + 1) * 0x9E3779B97F4A7C15);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
