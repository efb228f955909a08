using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;
using Serverless.Bundles;
using Serverless.Bundles.Content;
using Serverless.Tests.Support.Bundles;
using Serverless.Tests.Support.Zips;

namespace Serverless.Tests.Storage.Intake;

/// <summary>Every kind of upload that intake must refuse, and of each kind the shapes that differ in how they could slip through.</summary>
internal static class RefusedUploads
{
    public const int MaxZipBytes = 256 * 1024;
    public const int MaxInflatedBytes = 8 * 1024 * 1024;
    public const int MaxEntries = 64;

    private const string Html = "text";

    // A whole zip whose entry a second directory record may name, in the content of the first.
    private static readonly byte[] Inner = new ZipForge().File("inner.js", Html, e => e.Stored()).Build();

    private static readonly WebBundle Sound = WebBundle.Small("2.0.0");
    private static readonly ZipForge Zip = Sound.Forge();

    public static IReadOnlyDictionary<string, RefusedUpload> All { get; } =
        Names().Concat(Sizes()).Concat(Archives()).Concat(EntryNames()).Concat(EntryKinds()).Concat(Contents()).Concat(Versions())
            .ToImmutableSortedDictionary(upload => upload.ToString(), upload => upload, StringComparer.Ordinal);

    private static IEnumerable<RefusedUpload> Names() =>
    [
        Named(RejectionCode.InvalidUploadName, "no folders", "readme-{n}.zip", "readme-{n}.zip"),
        Named(RejectionCode.InvalidUploadName, "no channel", "{app}/2.0.{n}.zip", "{app}/2.0.{n}.zip"),
        Named(RejectionCode.InvalidUploadName, "a folder too many", "{app}/production/x/2.0.{n}.zip", "{app}/production/x/2.0.{n}.zip"),
        Named(RejectionCode.InvalidUploadName, "not called zip", "{app}/production/2.0.{n}.tar", "{app}/production/2.0.{n}.tar"),
        Named(RejectionCode.InvalidAppId, "one word", "nodots/production/2.0.{n}.zip", "nodots"),
        Named(RejectionCode.InvalidAppId, "a key character of tables", "com.example.a#b/production/2.0.{n}.zip", "com.example.a#b"),
        Named(RejectionCode.InvalidChannel, "builtin", "{app}/BuiltIn/2.0.{n}.zip", "BuiltIn"),
        Named(RejectionCode.InvalidChannel, "a leading dash", "{app}/-beta/2.0.{n}.zip", "-beta"),
        Named(RejectionCode.InvalidChannel, "too long", $"{{app}}/{new string('c', 65)}/2.0.{{n}}.zip", new string('c', 65)),
        Named(RejectionCode.InvalidVersion, "a leading v", "{app}/production/v2.0.{n}.zip", "v2.0.{n}"),
        Named(RejectionCode.InvalidVersion, "two numbers", "{app}/production/2.{n}.zip", "2.{n}"),
        Named(RejectionCode.InvalidVersion, "a leading zero", "{app}/production/02.0.{n}.zip", "02.0.{n}"),
        Named(RejectionCode.InvalidVersion, "no name", "{app}/production/.zip", ""),
        Named(RejectionCode.ReservedVersion, "builtin", "{app}/production/builtin.zip", "builtin"),
        Named(RejectionCode.ReservedVersion, "unknown in capitals", "{app}/production/UNKNOWN.zip", "UNKNOWN"),
        Described("min_native is a word", UploadMetadata.MinNativeKey, "newest"),
        Described("link runs script", UploadMetadata.LinkKey, "javascript:alert(1)"),
        Described("link is relative", UploadMetadata.LinkKey, "/notes"),
        Described("notes are endless", UploadMetadata.NotesKey, new string('n', 2001)),
        Described("comment is endless", UploadMetadata.CommentKey, new string('c', 2001)),
        Described("allow_missing_ready is yes", UploadMetadata.AllowMissingReadyKey, "yes"),
        Described("allow_downgrade is 1", UploadMetadata.AllowDowngradeKey, "1"),
    ];

    private static IEnumerable<RefusedUpload> Sizes() =>
    [
        new(RejectionCode.TooLarge, "the zip", Zip.File("noise.bin", ZipContent.Noise(1, MaxZipBytes), e => e.Stored())),
        new(RejectionCode.TooLarge, "inflated, one file", Zip.File("zeros.bin", ZipContent.Zeros(MaxInflatedBytes))),
        new(RejectionCode.TooLarge, "inflated, by a claim of 32 bits", Zip.File("claim.bin", Html, e => e.UncompressedSize(4_000_000_000))),
        new(RejectionCode.TooLarge, "inflated, by a claim of 64 bits", Zip.File("claim.bin", Html, e => e.UncompressedSize(1UL << 60))),
        new(RejectionCode.TooManyEntries, "written", Many(MaxEntries + 1)),
        new(RejectionCode.TooManyEntries, "claimed", Zip.End(end => end with { Entries = 65_000, EntriesOnDisk = 65_000 })),
        new(RejectionCode.TooManyEntries, "claimed in 64 bits", Zip
            .End64(end => end with { Entries = 1UL << 40, EntriesOnDisk = 1UL << 40 })
            .End(end => end with { Entries = ushort.MaxValue, EntriesOnDisk = ushort.MaxValue })),
        new(RejectionCode.TooManyEntries, "claimed by a directory in another place", Zip
            .End64(end => end with { Entries = 1UL << 62, EntriesOnDisk = 1UL << 62 })
            .End(end => end with { Entries = ushort.MaxValue, EntriesOnDisk = ushort.MaxValue, DirectoryOffset = uint.MaxValue, DirectorySize = uint.MaxValue })),
        new(RejectionCode.CompressionRatio, "one entry", Zip.File("bomb.bin", ZipContent.Zeros(2_000_000))) { Entry = "bomb.bin" },
        new(RejectionCode.CompressionRatio, "many small entries", Enumerable.Range(0, 8)
            .Aggregate(Zip, (zip, index) => zip.File($"bomb-{index}.bin", ZipContent.Zeros(1_000_000)))),
    ];

    private static IEnumerable<RefusedUpload> Archives() =>
    [
        new(RejectionCode.NotAZip, "nothing", Array.Empty<byte>()),
        new(RejectionCode.NotAZip, "text", "<!doctype html>"u8.ToArray()),
        new(RejectionCode.NotAZip, "three bytes of a zip", Zip.Truncate(3)),
        new(RejectionCode.NotAZip, "a program in front that offsets do not count", Zip.Prefix("#!/bin/sh\n"u8.ToArray(), counted: false)),
        new(RejectionCode.TruncatedZip, "after the first signature", Zip.Truncate(4)),
        new(RejectionCode.TruncatedZip, "within the first header", Zip.Truncate(20)),
        new(RejectionCode.TruncatedZip, "within an entry", Zip.TruncateAt(zip => zip.Entries[1].Data + 3)),
        new(RejectionCode.TruncatedZip, "between entries", Zip.TruncateAt(zip => zip.Entries[2].Header)),
        new(RejectionCode.TruncatedZip, "before the directory", Zip.TruncateAt(zip => zip.Directory)),
        new(RejectionCode.TruncatedZip, "within the directory", Zip.TruncateAt(zip => zip.Records[2] + 11)),
        new(RejectionCode.TruncatedZip, "before the end record", Zip.TruncateAt(zip => zip.End)),
        new(RejectionCode.TruncatedZip, "within the end record", Zip.TruncateAt(zip => zip.End + 10)),
        new(RejectionCode.TruncatedZip, "by one byte", Zip.TruncateAt(zip => zip.Length - 1)),
        new(RejectionCode.TruncatedZip, "followed by other data", Zip.Trailing("junk"u8.ToArray())),
        new(RejectionCode.TruncatedZip, "followed by another zip's bytes", Zip.Trailing(Zip.Build().AsMemory(0, 100))),
        new(RejectionCode.TruncatedZip, "one of several disks", Zip.End(end => end with { Disk = 1, DirectoryDisk = 1 })),
        new(RejectionCode.TruncatedZip, "entries on another disk", Zip.End(end => end with { EntriesOnDisk = 2 })),
        new(RejectionCode.TruncatedZip, "a directory that starts elsewhere", Zip.End(end => end with { DirectoryOffset = 12 })),
        new(RejectionCode.TruncatedZip, "an end record within the comment", Zip.Comment(EndRecord(entries: 4, size: 1, offset: 0))),
        new(RejectionCode.TruncatedZip, "a comment that is longer than the file", Zip.End(end => end with { CommentLength = ushort.MaxValue })),
        new(RejectionCode.TruncatedZip, "a 64-bit directory of another length", Zip.End64(end => end with { DirectorySize = 1 })),
        new(RejectionCode.TruncatedZip, "a 64-bit directory before the file", Zip.End64(end => end with { DirectoryOffset = ulong.MaxValue - 8 }).End(Elsewhere)),
        new(RejectionCode.TruncatedZip, "a 64-bit directory behind the end", Zip.End64(end => end with { DirectoryOffset = 1UL << 40 }).End(Elsewhere)),
        new(RejectionCode.TruncatedZip, "a 64-bit end where there is none", Zip.End64(end => end with { End64Offset = 12 }).End(Elsewhere)),
        new(RejectionCode.TruncatedZip, "a 64-bit end behind the file", Zip.End64(end => end with { End64Offset = 1UL << 63 }).End(Elsewhere)),
        new(RejectionCode.TruncatedZip, "64 bits that contradict 16", Zip.End64(end => end with { Entries = 5, EntriesOnDisk = 5 })),
        new(RejectionCode.TruncatedZip, "64 bits on several disks", Zip.End64(end => end with { Disk = 1 })),
        new(RejectionCode.TruncatedZip, "between the 64-bit end and its locator", Zip.End64().TruncateAt(zip => zip.End - 20)),
        new(RejectionCode.TruncatedZip, "within the locator", Zip.End64().TruncateAt(zip => zip.End - 7)),
        Corrupt("bytes in front that offsets count", Zip.Prefix("#!/bin/sh\n"u8.ToArray())),
        Corrupt("bytes between entries", Zip.File("z.js", Html, e => e.After("hidden"u8.ToArray()))),
        Corrupt("overlapping entries", Zip.Alias("twin.js", of: "app.js"), "twin.js"),
        Corrupt("an entry the directory lists twice", Zip.Directory(0, 1, 2, 3, 0)),
        Corrupt("an entry the directory hides", Zip.Directory(0, 1, 2)),
        Corrupt("a directory with a record too few", Zip.End(end => end with { Entries = 3, EntriesOnDisk = 3 })),
        Corrupt("a directory with a record too many", Zip.End(end => end with { Entries = 5, EntriesOnDisk = 5 })),
        Corrupt("another name in the local header", Zip.File("z.js", Html, e => e.LocalName("../z.js")), "z.js"),
        Corrupt("another size in the local header", Zip.File("z.js", Html, e => e.Local(h => h with { UncompressedSize = 1 })), "z.js"),
        Corrupt("another method in the local header", Zip.File("z.js", Html, e => e.Local(h => h with { Method = ZipMethod.Stored })), "z.js"),
        Corrupt("a local header elsewhere", Zip.File("z.js", Html, e => e.Central(h => h with { LocalOffset = 4 })), "z.js"),
        Corrupt("a 64-bit size that is not there", Zip.File("z.js", Html, e => e.Central(h => h with { UncompressedSize = ulong.MaxValue, Zip64 = false }))),
        Corrupt("a 64-bit size that differs from the local one", Zip.File("z.js", Html, e => e.Zip64().Local(h => h with { UncompressedSize = 1 })), "z.js"),
        Corrupt("a 64-bit size in the directory alone", Zip.File("z.js", Html, e => e.Stored().Central(h => h with { CompressedSize = 1UL << 40, UncompressedSize = 1UL << 40 })), "z.js"),
        Corrupt("a 64-bit size below zero", Zip.File("z.js", Html, e => e.Central(h => h with { UncompressedSize = ulong.MaxValue - 1 }))),
        Corrupt("a 64-bit offset behind the file", Zip.File("z.js", Html, e => e.Central(h => h with { LocalOffset = 1UL << 40 })), "z.js"),
        Corrupt("a 64-bit field that is cut off", Zip.File("z.js", Html, e => e.Central(h => h with { Zip64 = false, UncompressedSize = ulong.MaxValue }).Extra(1, [1, 2, 3, 4]))),
        Corrupt("extra fields longer than they say", Zip.File("z.js", Html, e => e.Headers(h => h with { Extra = new byte[] { 0x55, 0x54, 0xFF, 0x00, 0x01 } }))),
        Corrupt("an entry within another", Zip.File("outer.bin", Inner, e => e.Stored()).Alias("inner.js", of: "outer.bin", e => e.Central(Within))),
        Corrupt("another CRC in the local header", Zip.File("z.js", Html, e => e.Local(h => h with { Crc32 = 7 })), "z.js"),
        Corrupt("another encryption in the local header", Zip.File("z.js", Html, e => e.Local(h => h with { Flags = ZipFlags.Encrypted })), "z.js"),
        Corrupt("sizes behind the content in the directory alone", Zip.File("z.js", Html, e => e.Central(h => h with { Flags = ZipFlags.DataDescriptor })), "z.js"),
        Corrupt("other sizes behind the content", Zip.File("z.js", Html, e => e.DataDescriptor(d => d with { UncompressedSize = 1 }))),
        Corrupt("other 64-bit sizes behind the content", Zip.File("z.js", Html, e => e.DataDescriptor(d => d with { Zip64 = true, CompressedSize = 1UL << 33 }))),
        Corrupt("another case in the local header", Zip.File("z.js", Html, e => e.LocalName("Z.js")), "z.js"),
        Corrupt("an entry on another disk", Zip.File("z.js", Html, e => e.Central(h => h with { Disk = 1 }))),
        Corrupt("a wrong CRC", Zip.File("z.js", Html, e => e.WrongCrc()), "z.js"),
        Corrupt("a wrong CRC of a stored entry", Zip.File("z.js", Html, e => e.Stored().WrongCrc()), "z.js"),
        Corrupt("less than declared", Zip.File("z.js", Html, e => e.UncompressedSize(5)), "z.js"),
        Corrupt("more than declared", Zip.File("z.bin", ZipContent.Zeros(900_000), e => e.UncompressedSize(10)), "z.bin"),
        Corrupt("stored in two sizes", Zip.File("z.js", Html, e => e.Stored().UncompressedSize(5)), "z.js"),
        Corrupt("not deflated at all", Zip.File("z.js", "\u00FF\u00FF\u00FF\u00FF", e => e.Stored().Method(ZipMethod.Deflate)), "z.js"),
        Corrupt("an entry hidden behind a deflate stream", Zip.File("z.js", HiddenBehindDeflate(Html), e => e
            .Stored()
            .Method(ZipMethod.Deflate)
            .UncompressedSize((ulong)Html.Length)
            .Headers(h => h with { Crc32 = System.IO.Hashing.Crc32.HashToUInt32(Encoding.UTF8.GetBytes(Html)) })), "z.js"),
        Corrupt("a folder with content", Zip.File("folder/", Html, e => e.Stored()), "folder/"),
    ];

    private static IEnumerable<RefusedUpload> EntryNames() =>
    [
        Holding(RejectionCode.PathTraversal, "to the parent", "../evil.js"),
        Holding(RejectionCode.PathTraversal, "from within", "a/../../evil.js"),
        Holding(RejectionCode.PathTraversal, "at the end", "a/.."),
        Holding(RejectionCode.AbsolutePath, "Unix", "/etc/passwd"),
        Holding(RejectionCode.AbsolutePath, "Windows", "C:/evil.js"),
        Holding(RejectionCode.AbsolutePath, "relative on a drive", "c:evil.js"),
        Holding(RejectionCode.BackslashPath, "within", """a\b.js"""),
        Holding(RejectionCode.BackslashPath, "to the parent", """..\evil.js"""),
        Holding(RejectionCode.InvalidEntryName, "empty", ""),
        Holding(RejectionCode.InvalidEntryName, "an empty segment", "a//b.js"),
        Holding(RejectionCode.InvalidEntryName, "a dot segment", "./a.js"),
        Holding(RejectionCode.InvalidEntryName, "a NUL", "a\0b.js", "a\uFFFDb.js"),
        Holding(RejectionCode.InvalidEntryName, "a line feed", "a\nb.js", "a\uFFFDb.js"),
        Holding(RejectionCode.InvalidEntryName, "reversed reading", "a\u202Esj.b", "a\uFFFDsj.b"),
        Holding(RejectionCode.InvalidEntryName, "an isolate that reverses", "a\u2067sj.b", "a\uFFFDsj.b"),
        Holding(RejectionCode.InvalidEntryName, "a space of no width", "a\u200Bb.js", "a\uFFFDb.js"),
        Holding(RejectionCode.InvalidEntryName, "a byte order mark", "\uFEFFa.js", "\uFFFDa.js"),
        Holding(RejectionCode.InvalidEntryName, "a letter that shows nothing", "a\u3164.js", "a\uFFFD.js"),
        Holding(RejectionCode.InvalidEntryName, "a tag of invisible text", "a\U000E0041.js", "a\uFFFD.js"),
        Holding(RejectionCode.InvalidEntryName, "no character of Unicode", "a\uFFFF.js", "a\uFFFD.js"),
        Holding(RejectionCode.DecomposedName, "an accent of its own", "cafe\u0301.js"),
        Holding(RejectionCode.DecomposedName, "a syllable in its parts", "\u1112\u1161\u11AB.js"),
        Holding(RejectionCode.DecomposedName, "the Kelvin sign for a K", "app.\u212As"),
        Holding(RejectionCode.InvalidEntryName, "too deep", string.Concat(Enumerable.Repeat("a/", 32)) + "b.js"),
        Holding(RejectionCode.InvalidEntryName, "too long", new string('a', 1025), new string('a', 200)),
        new(RejectionCode.InvalidEntryName, "half a surrogate", Zip.File("x", Html, e => e.RawName(new byte[] { 0x61, 0xED, 0xA0, 0x80 }))) { Entry = "a\u00ED\u00A0\uFFFD" },
        new(RejectionCode.InvalidEntryName, "an overlong slash", Zip.File("x", Html, e => e.RawName(new byte[] { 0x2E, 0x2E, 0xC0, 0xAF, 0x61 }))) { Entry = "..\u00C0\u00AFa" },
        new(RejectionCode.InvalidEntryName, "not UTF-8", Zip.File("x", Html, e => e.RawName(new byte[] { 0x61, 0xFF, 0x62 }))) { Entry = "a\u00FFb" },
        new(RejectionCode.DuplicateName, "two files", Zip.File("app.js", Html)) { Entry = "app.js" },
        new(RejectionCode.DuplicateName, "a file and a folder", Zip.File("assets", Html).File("assets/a.js", Html)) { Entry = "assets" },
        new(RejectionCode.DuplicateName, "a folder and a file", Zip.Folder("assets").File("assets", Html)) { Entry = "assets" },
        new(RejectionCode.CaseCollision, "files", Zip.File("App.js", Html)) { Entry = "App.js" },
        new(RejectionCode.CaseCollision, "folders", Zip.File("img/a.png", Html).File("IMG/b.png", Html)) { Entry = "IMG" },
        new(RejectionCode.CaseCollision, "letters beyond ASCII", Zip.File("\u00E4.js", Html).File("\u00C4.js", Html)) { Entry = "\u00C4.js" },
    ];

    private static IEnumerable<RefusedUpload> EntryKinds() =>
    [
        new(RejectionCode.Symlink, "to a secret", Zip.Symlink("link", "/etc/passwd")) { Entry = "link" },
        new(RejectionCode.Symlink, "made on a Mac", Zip.Symlink("link", "/etc/passwd", e => e.Central(h => h with { VersionMadeBy = (19 << 8) | 20 }))) { Entry = "link" },
        new(RejectionCode.Symlink, "in place of the page", Sound.Without("index.html").Forge().Symlink("index.html", "app.js")) { Entry = "index.html" },
        new(RejectionCode.Symlink, "a device node", Zip.File("null", "", e => e.UnixMode(0x21B6))) { Entry = "null" },
        new(RejectionCode.EncryptedEntry, "by password", Zip.File("z.js", Html, e => e.Encrypted())) { Entry = "z.js" },
        new(RejectionCode.EncryptedEntry, "strongly", Zip.File("z.js", Html, e => e.Flags(ZipFlags.StrongEncryption))) { Entry = "z.js" },
        new(RejectionCode.UnsupportedCompression, "LZMA", Zip.File("z.js", Html, e => e.Method(ZipMethod.Lzma))) { Entry = "z.js" },
        new(RejectionCode.UnsupportedCompression, "Deflate64", Zip.File("z.js", Html, e => e.Method(ZipMethod.Deflate64))) { Entry = "z.js" },
        new(RejectionCode.UnsupportedCompression, "Zstandard", Zip.File("z.js", Html, e => e.Method(ZipMethod.Zstandard))) { Entry = "z.js" },
    ];

    private static IEnumerable<RefusedUpload> Contents() =>
    [
        new(RejectionCode.NoIndexHtml, "none", Sound.Without("index.html").Zip()),
        new(RejectionCode.NoIndexHtml, "no entries", new ZipForge()),
        new(RejectionCode.NoIndexHtml, "too deep", WebBundle.InFolder("dist/www", "2.0.0").Zip()),
        new(RejectionCode.NoIndexHtml, "two top folders", WebBundle.InFolder("dist", "2.0.0").Forge().File("docs/a.md", Html)),
        new(RejectionCode.NoIndexHtml, "a file beside the folder", WebBundle.InFolder("dist", "2.0.0").Forge().File("LICENSE", Html)),
        new(RejectionCode.NoIndexHtml, "in capitals", Sound.Without("index.html").With("INDEX.HTML", Html).Zip()),
        new(RejectionCode.NoIndexHtml, "a folder of that name", Sound.Without("index.html").Forge().Folder("index.html")),
        new(RejectionCode.NoNotifyAppReady, "nowhere", Sound.With("app.js", "start();").Zip()),
        new(RejectionCode.NoNotifyAppReady, "only in what is no script", Sound.With("app.js", "start();").With("README.md", "call notifyAppReady()").Zip()),
        new(RejectionCode.NoNotifyAppReady, "only across two files", Sound.With("a.js", "notifyApp").With("app.js", "Ready()").Zip()),
        new(ContentRule.Secret, "a private key", Sound.With("app.js", $"notifyAppReady(); // -----BEGIN PRIVATE KEY-----\n{new string('A', 64)}\n").Zip()) { Entry = "app.js" },
        new(ContentRule.PrivateFile, "an environment", WebBundle.InFolder("dist", "2.0.0").With(".env.production", "A=1").Zip()) { Entry = "dist/.env.production" },
        new(ContentRule.MissingReference, "a script", Sound.With("index.html", "<script src=app.js></script><script src=gone.js></script>").Zip()) { Entry = "index.html" },
        new(ContentRule.MissingReference, "a style sheet", WebBundle.InFolder("dist", "2.0.0").Without("style.css").Zip()) { Entry = "dist/index.html" },
        Checksummed("a wrong digest", Sound.WithChecksumJson().With("app.js", "notifyAppReady(); evil();"), "app.js"),
        Checksummed("a missing file", Sound.WithChecksumJson().Without("style.css"), "style.css"),
        Checksummed("an unlisted file", Sound.WithChecksumJson().With("evil.js", Html), "evil.js"),
        Checksummed("a wrong digest, listed without 'files'", Sound.With("checksum.json", """{"app.js":"00"}"""), "app.js"),
        Checksummed("a digest that is a number", Sound.With("checksum.json", """{"files":{"app.js":1}}"""), "checksum.json"),
        Checksummed("a name listed twice", Sound.WithChecksumJson(Twice), "checksum.json"),
        Checksummed("a wrong digest over all", Sound.WithChecksumJson(WrongContent), "checksum.json"),
        Checksummed("a list", Sound.With("checksum.json", "[]"), "checksum.json"),
        Checksummed("half a document", Sound.With("checksum.json", "{"), "checksum.json"),
        Checksummed("in the top folder", WebBundle.InFolder("dist", "2.0.0").WithChecksumJson().With("app.js", "notifyAppReady(); evil();"), "app.js"),
    ];

    private static IEnumerable<RefusedUpload> Versions() =>
    [
        new(RejectionCode.VersionConflict, "on its channel", Sound.Zip()) { Name = "{app}/production/1.0.0.zip" },
        new(RejectionCode.VersionConflict, "on another channel", Sound.Zip()) { Name = "{app}/beta/1.0.0.zip" },
        new(RejectionCode.VersionConflict, "with no zip at all", "nothing"u8.ToArray()) { Name = "{app}/nightly/1.0.0.zip" },
        new(RejectionCode.VersionNotHigher, "lower", Sound.Zip()) { Name = "{app}/production/0.9.0.zip" },
        new(RejectionCode.VersionNotHigher, "a pre-release", Sound.Zip()) { Name = "{app}/production/1.0.0-rc.1.zip" },
        new(RejectionCode.VersionNotHigher, "another build", Sound.Zip()) { Name = "{app}/production/1.0.0+build.2.zip" },
        new(RejectionCode.VersionWithdrawn, "the same bytes again", WebBundle.Small("1.1.0").Zip()) { Name = "{app}/production/1.1.0.zip" },
        new(RejectionCode.VersionWithdrawn, "on another channel", WebBundle.Small("1.1.0").Zip()) { Name = "{app}/beta/1.1.0.zip" },
    ];

    private static RefusedUpload Named(string code, string shape, string name, string entry) => new(code, shape, Zip) { Name = name, Entry = entry };

    private static RefusedUpload Described(string shape, string key, string value) =>
        new(RejectionCode.InvalidMetadata, shape, Zip) { Metadata = ImmutableDictionary.Create<string, string>().Add(key, value) };

    private static RefusedUpload Corrupt(string shape, ZipForge zip, string? entry = null) => new(RejectionCode.CorruptZip, shape, zip) { Entry = entry };

    private static RefusedUpload Holding(string code, string shape, string name, string? shown = null) =>
        new(code, shape, Zip.File("x", Html, e => e.RawName(Encoding.UTF8.GetBytes(name)))) { Entry = shown ?? name };

    private static RefusedUpload Checksummed(string shape, WebBundle bundle, string entry) => new(RejectionCode.ChecksumMismatch, shape, bundle.Zip()) { Entry = entry };

    private static ZipForge Many(int entries) => Enumerable.Range(0, entries).Aggregate(new ZipForge(), (zip, index) => zip.File($"{index}.js", Html));

    private static ZipEnd Elsewhere(ZipEnd end) => end with
    {
        Entries = ushort.MaxValue,
        EntriesOnDisk = ushort.MaxValue,
        DirectoryOffset = uint.MaxValue,
        DirectorySize = uint.MaxValue,
    };

    private static byte[] EndRecord(ushort entries, uint size, uint offset) =>
        [.. "PK\u0005\u0006"u8, 0, 0, 0, 0, .. BitConverter.GetBytes(entries), .. BitConverter.GetBytes(entries), .. BitConverter.GetBytes(size), .. BitConverter.GetBytes(offset), 0, 0];

    private static string Twice(IReadOnlyDictionary<string, string> digests) => $"{{\"files\":{{{Pairs(digests)},{Pairs(digests)}}}}}";

    private static string WrongContent(IReadOnlyDictionary<string, string> digests) =>
        $"{{\"content\":\"{new string('0', 64)}\",\"files\":{{{Pairs(digests)}}}}}";

    private static string Pairs(IReadOnlyDictionary<string, string> digests) =>
        string.Join(',', digests.Select(digest => $"\"{digest.Key}\":\"{digest.Value}\""));

    private static ZipHeader Within(ZipHeader outer) => outer with
    {
        LocalOffset = outer.LocalOffset + 30 + (ulong)"outer.bin".Length,
        Crc32 = System.IO.Hashing.Crc32.HashToUInt32(Encoding.UTF8.GetBytes(Html)),
        CompressedSize = (ulong)Html.Length,
        UncompressedSize = (ulong)Html.Length,
    };

    // A streaming unzip would take what follows the deflate stream for the next entry.
    private static byte[] HiddenBehindDeflate(string text)
    {
        using var hidden = new MemoryStream();
        using (var deflate = new DeflateStream(hidden, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(Encoding.UTF8.GetBytes(text));
        }

        hidden.Write(new ZipForge().File("index.html", "evil").Build());
        return hidden.ToArray();
    }
}
