using System.IO.Compression;
using System.Text;
using Serverless.Tests.Support.Zips;

namespace Serverless.Tests.Fixtures;

/// <summary>Archives that are well-formed, read by the framework's own reader.</summary>
public sealed class ZipForgeTests
{
    private const string Page = "<!doctype html><title>Page</title>";

    private static readonly ZipForge Plain = new ZipForge().File("index.html", Page).File("js/a.js", "let a = 1;");

    public static TheoryData<string, ZipForge> WellFormed { get; } = new()
    {
        { "deflated", Plain },
        { "stored", new ZipForge().File("index.html", Page, e => e.Stored()).File("js/a.js", "let a = 1;", e => e.Stored()) },
        { "with data descriptors", new ZipForge().File("index.html", Page, e => e.DataDescriptor()).File("js/a.js", "let a = 1;", e => e.DataDescriptor()) },
        { "with unsigned data descriptors", new ZipForge()
            .File("index.html", Page, e => e.DataDescriptor(d => d with { HasSignature = false }))
            .File("js/a.js", "let a = 1;", e => e.DataDescriptor(d => d with { HasSignature = false })) },
        { "with zip64 fields", new ZipForge().File("index.html", Page, e => e.Zip64()).File("js/a.js", "let a = 1;", e => e.Zip64()) },
        { "with a zip64 end", Plain.End64().End(e => e with { Entries = ushort.MaxValue, EntriesOnDisk = ushort.MaxValue, DirectoryOffset = uint.MaxValue }) },
        { "with extra fields", new ZipForge()
            .File("index.html", Page, e => e.Extra(0x5455, [1, 0, 0, 0, 0]))
            .File("js/a.js", "let a = 1;", e => e.Extra(0x7875, [1, 4, 0, 0, 0, 0, 4, 0, 0, 0, 0]).Comment("an entry")) },
        { "made by Unix", new ZipForge().File("index.html", Page, e => e.UnixMode(0x81A4)).File("js/a.js", "let a = 1;", e => e.UnixMode(0x81A4)) },
        { "with a comment", Plain.Comment(new string('c', ushort.MaxValue)) },
        { "self-extracting", Plain.Prefix("#!/bin/sh\nexit 0\n"u8.ToArray()) },
        { "with its directory in another order", Plain.Directory(1, 0) },
        { "with gaps", new ZipForge().File("index.html", Page, e => e.After(new byte[7])).File("js/a.js", "let a = 1;", e => e.After(new byte[3])) },
    };

    [Theory]
    [MemberData(nameof(WellFormed))]
    public void Well_formed_archive_reads_back(string what, ZipForge forge)
    {
        var files = Read(forge.Build());

        Assert.True(files.Count == 2, what);
        Assert.Equal(Page, files["index.html"]);
        Assert.Equal("let a = 1;", files["js/a.js"]);
    }

    [Fact]
    public void Same_calls_give_the_same_bytes()
    {
        var first = Plain.File("noise", ZipContent.Noise(7, 100_000)).File("words", ZipContent.Words(7, 100_000)).Build();
        var second = Plain.File("noise", ZipContent.Noise(7, 100_000)).File("words", ZipContent.Words(7, 100_000)).Build();

        Assert.Equal(first, second);
    }

    [Fact]
    public void Noise_does_not_deflate_and_zeros_do()
    {
        var noise = new ZipForge().File("noise", ZipContent.Noise(1, 1_000_000)).Build();
        var zeros = new ZipForge().File("zeros", ZipContent.Zeros(1_000_000)).Build();

        Assert.InRange(noise.Length, 1_000_000, 1_010_000);
        Assert.InRange(zeros.Length, 0, 2_000);
    }

    [Fact]
    public void Folders_and_names_beyond_ascii_are_marked_as_such()
    {
        var zip = new ZipForge().Folder("bücher").File("bücher/größe.txt", "12").Build();

        using var archive = Open(zip);

        Assert.Equal(["bücher/", "bücher/größe.txt"], archive.Entries.Select(entry => entry.FullName));
        Assert.Equal("", archive.Entries[0].Name);
        Assert.Equal(ZipFlags.Utf8, BitConverter.ToUInt16(zip, 6) & ZipFlags.Utf8);
    }

    [Fact]
    public void Seventy_thousand_entries_bring_a_zip64_end()
    {
        var forge = Enumerable.Range(0, 70_000).Aggregate(new ZipForge(), (zip, index) => zip.File($"f/{index}", "x", e => e.Stored()));

        var zip = forge.Build();

        using var archive = Open(zip);
        Assert.Equal(70_000, archive.Entries.Count);
        Assert.NotNull(forge.Measure().End64);
    }

    [Fact]
    public void Bomb_multiplies_with_each_layer()
    {
        var bomb = ZipForge.Bomb(layers: 2, copies: 3, zeros: 10_000_000).Build();

        using var outer = Open(bomb);
        using var inner = new ZipArchive(outer.GetEntry("2.zip")!.Open());
        using var core = new ZipArchive(inner.GetEntry("0.zip")!.Open());

        Assert.InRange(bomb.Length, 1, 20_000);
        Assert.Equal(3, outer.Entries.Count);
        Assert.Equal(3, inner.Entries.Count);
        Assert.Equal(10_000_000, core.GetEntry("core.bin")!.Length);
    }

    private static ZipArchive Open(byte[] zip) => new(new MemoryStream(zip), ZipArchiveMode.Read);

    private static Dictionary<string, string> Read(byte[] zip)
    {
        using var archive = Open(zip);
        return archive.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using var reader = new StreamReader(entry.Open(), Encoding.UTF8);
            return reader.ReadToEnd();
        });
    }
}
