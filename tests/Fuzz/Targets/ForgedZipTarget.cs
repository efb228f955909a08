using System.Collections.Immutable;
using Serverless.Tests.Support.Zips;
using ZipContent = Serverless.Tests.Support.Zips.ZipContent;

namespace Serverless.Fuzz.Targets;

/// <summary>
/// An upload that is built as the input says, entry by entry, with a few lies in it. All else in it is right, checksums and offsets too, which a
/// fuzzer that changes bytes does not get right: so more of it is read.
/// </summary>
internal sealed class ForgedZipTarget : IFuzzTarget, IDisposable
{
    private const int MaxEntries = 6;

    private static readonly ImmutableArray<string> Names =
        ["index.html", "a.js", "A.js", "a", "a/b.js", "a/index.html", "__MACOSX/x", ".x", "checksum.json", "../x", "/x", "a//b", "ä.js", "a\u0308.js", "x\\y", ""];

    private static readonly ImmutableArray<ZipContent> Contents =
        ["", "x", "let a = 1;", "{\"files\":{}}", ZipContent.Zeros(5_000), ZipContent.Words(1, 3_000), ZipContent.Noise(1, 300), "PK\u0003\u0004"];

    private readonly ZipTarget _zip = new();

    public IEnumerable<byte[]> Seeds =>
    [
        [1, 9, 0, 2, 0],
        [3, 9, 0, 2, 1, 0, 9, 1, 1, 1, 1, 9, 2, 5, 2, 5, 1],
        [2, 9, 0, 0, 0, 9, 4, 4, 1, 10, 7, 7, 7, 7, 7, 7, 7, 7, 2, 3],
        [4, 9, 0, 1, 0, 0, 3, 1, 5, 2, 6, 1],
    ];

    public void Run(byte[] input) => _zip.Run(Forge(new Choices(input)));

    public void Dispose() => _zip.Dispose();

    private static byte[] Forge(Choices choices)
    {
        var names = new List<string>();
        var zip = new ZipForge();
        for (var left = choices.Below(MaxEntries + 1); left > 0; left--)
        {
            var name = choices.Of(Names);
            switch (choices.Below(16))
            {
                case 0:
                    zip = zip.Folder(name);
                    break;
                case 1:
                    zip = zip.Symlink(name, "a.js");
                    break;
                case 2 when names.Count > 0:
                    zip = zip.Alias(name, of: choices.Of([.. names]));
                    break;
                default:
                    zip = zip.File(name, choices.Of(Contents), entry => Shape(entry, choices));
                    names.Add(name);
                    break;
            }
        }

        return (choices.Below(10) switch
        {
            1 => zip.End64(),
            2 => zip.Comment("PK\u0005\u0006 an archive"),
            3 => zip.Prefix(choices.Bytes(3)),
            4 => zip.Prefix(choices.Bytes(3), counted: false),
            5 => zip.Trailing(choices.Bytes(3)),
            6 when choices.Number() is var lie => zip.End(end => end with { Entries = lie, EntriesOnDisk = lie }),
            7 when choices.Number() is var lie => zip.End(end => end with { DirectoryOffset = lie }),
            8 when choices.Number() is var lie => zip.End64(end => end with { End64Offset = lie }),
            9 => zip.Directory([.. names.Select((_, index) => names.Count - 1 - index)]),
            _ => zip,
        }).Build();
    }

    private static ZipEntry Shape(ZipEntry entry, Choices choices)
    {
        for (var left = choices.Below(4); left > 0; left--)
        {
            entry = choices.Below(20) switch
            {
                1 => entry.Stored(),
                2 => entry.DataDescriptor(),
                3 => entry.DataDescriptor(truth => truth with { HasSignature = false }),
                4 => entry.DataDescriptor(truth => truth with { Zip64 = true }),
                5 when choices.Number() is var lie => entry.DataDescriptor(truth => truth with { UncompressedSize = lie }),
                6 => entry.Zip64(),
                7 => entry.Encrypted(),
                8 => entry.WrongCrc(),
                9 => entry.UnixMode((ushort)choices.Number()),
                10 => entry.UncompressedSize(choices.Number()),
                11 => entry.CompressedSize(choices.Number()),
                12 => entry.Method((ushort)choices.Below(100)),
                13 => entry.LocalName(choices.Of(Names)),
                14 => entry.RawName(choices.Bytes(choices.Below(5))),
                15 => entry.Extra((ushort)choices.Below(2), choices.Bytes(choices.Below(30)).Span),
                16 => entry.Flags((ushort)choices.Number()),
                17 when choices.Number() is var lie => entry.Central(header => header with { LocalOffset = lie }),
                18 when choices.Number() is var lie => entry.Local(header => header with { UncompressedSize = lie }),
                19 => entry.After(choices.Bytes(2)),
                _ => entry.Comment("PK"),
            };
        }

        return entry;
    }

    /// <summary>An input as a row of choices; after its end, always the first.</summary>
    private sealed class Choices(byte[] input)
    {
        private int _next;

        public int Below(int count) => Next() % count;

        public T Of<T>(ImmutableArray<T> values) => values[Below(values.Length)];

        /// <summary>Up to 64 bits; small ones more often.</summary>
        public ulong Number() => Bytes(1 << Below(4)).ToArray().Aggregate(0UL, (number, part) => (number << 8) | part);

        public ReadOnlyMemory<byte> Bytes(int count) => Enumerable.Range(0, count).Select(_ => Next()).ToArray();

        private byte Next() => _next < input.Length ? input[_next++] : (byte)0;
    }
}
