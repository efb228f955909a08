using System.Buffers.Binary;
using System.Text;
using Serverless.Tests.Support.Zips;

namespace Serverless.Tests.Fixtures;

/// <summary>Each archive is wrong in the way it was asked to be, and in no other: seen in its bytes, at the offsets the format gives.</summary>
public sealed class MalformedZipTests
{
    [Fact]
    public void Names_differ_between_the_headers()
    {
        var forge = new ZipForge().File("index.html", "x", e => e.LocalName("../evil.js"));

        var zip = new Bytes(forge);

        Assert.Equal("../evil.js", zip.Text(zip.Local + 30, zip.U16(zip.Local + 26)));
        Assert.Equal("index.html", zip.Text(zip.Central + 46, zip.U16(zip.Central + 28)));
    }

    [Fact]
    public void Raw_name_bytes_are_kept()
    {
        byte[] name = [0x61, 0x00, 0xFF, 0x5C];

        var zip = new Bytes(new ZipForge().File("a", "x", e => e.RawName(name)));

        Assert.Equal(name, zip.Slice(zip.Local + 30, 4));
        Assert.Equal(name, zip.Slice(zip.Central + 46, 4));
    }

    [Fact]
    public void Method_and_encryption_are_claimed_over_plain_data()
    {
        var zip = new Bytes(new ZipForge().File("a", "plain", e => e.Stored().Method(ZipMethod.Lzma).Encrypted()));

        Assert.Equal(ZipMethod.Lzma, zip.U16(zip.Local + 8));
        Assert.Equal(ZipMethod.Lzma, zip.U16(zip.Central + 10));
        Assert.Equal(ZipFlags.Encrypted, zip.U16(zip.Local + 6));
        Assert.Equal(ZipFlags.Encrypted, zip.U16(zip.Central + 8));
        Assert.Equal("plain", zip.Text(zip.Layout.Entries[0].Data, 5));
    }

    [Fact]
    public void Wrong_crc_is_the_complement_of_the_right_one()
    {
        const uint CheckValue = 0xCBF43926; // CRC-32 of "123456789", as every description of it gives.

        var right = new Bytes(new ZipForge().File("a", "123456789"));
        var wrong = new Bytes(new ZipForge().File("a", "123456789", e => e.WrongCrc()));

        Assert.Equal((CheckValue, CheckValue), (right.U32(right.Local + 14), right.U32(right.Central + 16)));
        Assert.Equal((~CheckValue, ~CheckValue), (wrong.U32(wrong.Local + 14), wrong.U32(wrong.Central + 16)));
    }

    [Fact]
    public void Sizes_lie_in_one_header_only()
    {
        var forge = new ZipForge().File("a", "12345", e => e
            .Stored()
            .Local(header => header with { UncompressedSize = 1 })
            .Central(header => header with { CompressedSize = 2 }));

        var zip = new Bytes(forge);

        Assert.Equal((5u, 1u), (zip.U32(zip.Local + 18), zip.U32(zip.Local + 22)));
        Assert.Equal((2u, 5u), (zip.U32(zip.Central + 20), zip.U32(zip.Central + 24)));
    }

    [Fact]
    public void Descriptor_lies_while_the_directory_is_right()
    {
        var forge = new ZipForge().File("a", "12345", e => e.Stored().DataDescriptor(truth => truth with { UncompressedSize = 99 }));

        var zip = new Bytes(forge);
        var descriptor = zip.Layout.Entries[0].DataEnd;

        Assert.Equal(0x08074B50u, zip.U32(descriptor));
        Assert.Equal((5u, 99u), (zip.U32(descriptor + 8), zip.U32(descriptor + 12)));
        Assert.Equal((0u, 0u), (zip.U32(zip.Local + 14), zip.U32(zip.Local + 22)));
        Assert.Equal(5u, zip.U32(zip.Central + 24));
    }

    [Fact]
    public void Symlink_carries_the_unix_mode_and_its_target()
    {
        var zip = new Bytes(new ZipForge().Symlink("link", "/etc/passwd"));

        Assert.Equal(0xA1FF0000u, zip.U32(zip.Central + 38));
        Assert.Equal(3, zip.U16(zip.Central + 4) >> 8);
        Assert.Equal("/etc/passwd", zip.Text(zip.Layout.Entries[0].Data, 11));
    }

    [Fact]
    public void Zip64_field_lies_about_the_size()
    {
        var forge = new ZipForge().File("a", "12345", e => e.Stored().Central(header => header with { UncompressedSize = 1UL << 50 }));

        var zip = new Bytes(forge);

        Assert.Equal(uint.MaxValue, zip.U32(zip.Central + 24));
        Assert.Equal(0x0001, zip.U16(zip.Central + 47));
        Assert.Equal(8, zip.U16(zip.Central + 49));
        Assert.Equal(1UL << 50, zip.U64(zip.Central + 51));
    }

    [Fact]
    public void Zip64_marker_stands_without_its_field()
    {
        var forge = new ZipForge().File("a", "12345", e => e.Central(header => header with { UncompressedSize = ulong.MaxValue, Zip64 = false }));

        var zip = new Bytes(forge);

        Assert.Equal(uint.MaxValue, zip.U32(zip.Central + 24));
        Assert.Equal(0, zip.U16(zip.Central + 30));
    }

    [Fact]
    public void Alias_shares_the_local_header_of_another_entry()
    {
        var zip = new Bytes(new ZipForge().File("a", "12345").Alias("b", of: "a"));

        Assert.Equal("b", zip.Text(zip.Layout.Records[1] + 46, 1));
        Assert.Equal(zip.U32(zip.Layout.Records[0] + 42), zip.U32(zip.Layout.Records[1] + 42));
        Assert.Single(zip.Layout.Entries);
    }

    [Fact]
    public void Directory_repeats_one_entry_and_hides_another()
    {
        var zip = new Bytes(new ZipForge().File("a", "1").File("hidden", "2").Directory(0, 0));

        Assert.Equal(2, zip.U16(zip.Layout.End + 10));
        Assert.Equal("a", zip.Text(zip.Layout.Records[0] + 46, 1));
        Assert.Equal("a", zip.Text(zip.Layout.Records[1] + 46, 1));
        Assert.Equal(2, zip.Layout.Entries.Count);
    }

    [Fact]
    public void End_lies_about_everything_it_says()
    {
        var forge = new ZipForge().File("a", "1").End(end => end with
        {
            Disk = 1,
            DirectoryDisk = 2,
            EntriesOnDisk = 3,
            Entries = 4,
            DirectorySize = 5,
            DirectoryOffset = 6,
            CommentLength = 7,
        });

        var zip = new Bytes(forge);
        var end = zip.Layout.End;

        Assert.Equal((1, 2, 3, 4), (zip.U16(end + 4), zip.U16(end + 6), zip.U16(end + 8), zip.U16(end + 10)));
        Assert.Equal((5u, 6u, 7), (zip.U32(end + 12), zip.U32(end + 16), zip.U16(end + 20)));
    }

    [Fact]
    public void Zip64_end_and_its_locator_lie()
    {
        var forge = new ZipForge().File("a", "1").End64(end => end with { Entries = 1UL << 40, End64Offset = 12 });

        var zip = new Bytes(forge);
        var end64 = zip.Layout.End64!.Value;

        Assert.Equal(0x06064B50u, zip.U32(end64));
        Assert.Equal(1UL << 40, zip.U64(end64 + 32));
        Assert.Equal(0x07064B50u, zip.U32(end64 + 56));
        Assert.Equal(12UL, zip.U64(end64 + 64));
    }

    [Fact]
    public void Offset_of_a_local_header_lies()
    {
        var zip = new Bytes(new ZipForge().File("a", "1", e => e.Central(header => header with { LocalOffset = 4_000 })));

        Assert.Equal(4_000u, zip.U32(zip.Central + 42));
    }

    [Fact]
    public void Prefix_that_offsets_do_not_count_shifts_everything()
    {
        var zip = new Bytes(new ZipForge().File("a", "1").Prefix(new byte[100], counted: false));

        Assert.Equal(100, zip.Local);
        Assert.Equal(0u, zip.U32(zip.Central + 42));
        Assert.Equal((uint)zip.Central - 100, zip.U32(zip.Layout.End + 16));
    }

    [Fact]
    public void Trailing_bytes_follow_the_end()
    {
        var zip = new Bytes(new ZipForge().File("a", "1").Trailing("junk"u8.ToArray()));

        Assert.Equal("junk", zip.Text(zip.Layout.End + 22, 4));
        Assert.Equal(zip.Layout.End + 26, zip.Layout.Length);
    }

    [Fact]
    public void Truncation_keeps_what_came_before()
    {
        var forge = new ZipForge().File("a", "12345", e => e.Stored()).File("b", "67890");
        var whole = forge.Build();

        for (var length = 0; length <= whole.Length; length++)
        {
            Assert.Equal(whole[..length], forge.Truncate(length).Build());
        }

        Assert.EndsWith("123", Encoding.Latin1.GetString(forge.TruncateAt(zip => zip.Entries[0].Data + 3).Build()), StringComparison.Ordinal);
    }

    private sealed class Bytes(ZipForge forge)
    {
        private readonly byte[] _bytes = forge.Build();

        public ZipLayout Layout { get; } = forge.Measure();

        public long Local => Layout.Entries[0].Header;

        public long Central => Layout.Records[0];

        public byte[] Slice(long at, int length) => _bytes[(int)at..((int)at + length)];

        public string Text(long at, int length) => Encoding.UTF8.GetString(Slice(at, length));

        public ushort U16(long at) => BinaryPrimitives.ReadUInt16LittleEndian(Slice(at, 2));

        public uint U32(long at) => BinaryPrimitives.ReadUInt32LittleEndian(Slice(at, 4));

        public ulong U64(long at) => BinaryPrimitives.ReadUInt64LittleEndian(Slice(at, 8));
    }
}
