using System.Collections.Immutable;
using System.Text;

namespace Serverless.Tests.Support.Zips;

/// <summary>
/// Builds every zip a test needs, byte by byte: well-formed unless asked otherwise, and then wrong in exactly the way asked for. Immutable,
/// so a shared start can be bent in several ways; deterministic, so the same calls give the same bytes.
/// </summary>
/// <example><code>
/// new ZipForge().File("index.html", html).File("a.js", js, e => e.Stored().WrongCrc()).End(e => e with { Entries = 7 }).Build()
/// </code></example>
public sealed record ZipForge
{
    internal ImmutableList<ZipEntry> Entries { get; private init; } = [];

    internal ImmutableArray<int>? DirectoryOrder { get; private init; }

    internal ReadOnlyMemory<byte> PrefixBytes { get; private init; }

    internal bool PrefixCounted { get; private init; }

    internal ReadOnlyMemory<byte> ArchiveComment { get; private init; }

    internal ReadOnlyMemory<byte> TrailingBytes { get; private init; }

    internal Func<ZipEnd, ZipEnd> EndChange { get; private init; } = static end => end;

    /// <summary>Null when the zip64 end record is only written where the numbers need it.</summary>
    internal Func<ZipEnd, ZipEnd>? End64Change { get; private init; }

    private Func<ZipLayout, long>? Cut { get; init; }

    public ZipForge File(string name, ZipContent content, Func<ZipEntry, ZipEntry>? shape = null) =>
        Add(new ZipEntry(name, content), shape);

    /// <summary>A directory entry; the name gets its trailing slash.</summary>
    public ZipForge Folder(string name, Func<ZipEntry, ZipEntry>? shape = null) =>
        Add(new ZipEntry(name.TrimEnd('/') + "/", ZipContent.Empty).Stored().Attributes(0x10), shape);

    /// <summary>A symbolic link as Unix tools write it: the mode says so, the content is the target.</summary>
    public ZipForge Symlink(string name, string target, Func<ZipEntry, ZipEntry>? shape = null) =>
        Add(new ZipEntry(name, target).Stored().UnixMode(0xA1FF), shape);

    /// <summary>A central record alone, pointing to the local header of an earlier entry: overlapping entries.</summary>
    public ZipForge Alias(string name, string of, Func<ZipEntry, ZipEntry>? shape = null) => Add(ZipEntry.Alias(name, of), shape);

    /// <summary>Which central records are written, by entry index: in another order, more than once, or not at all.</summary>
    public ZipForge Directory(params ImmutableArray<int> order) => this with { DirectoryOrder = order };

    /// <summary>Bytes before the first header, as in a self-extracting archive.</summary>
    /// <param name="counted">Whether offsets in the archive count them; archives of both kinds exist.</param>
    public ZipForge Prefix(ReadOnlyMemory<byte> bytes, bool counted = true) => this with { PrefixBytes = bytes, PrefixCounted = counted };

    /// <summary>At most 65,535 bytes.</summary>
    public ZipForge Comment(string comment) => this with { ArchiveComment = Encoding.UTF8.GetBytes(comment) };

    /// <inheritdoc cref="Comment(string)"/>
    public ZipForge Comment(ReadOnlyMemory<byte> comment) => this with { ArchiveComment = comment };

    /// <summary>Bytes after the end of the archive.</summary>
    public ZipForge Trailing(ReadOnlyMemory<byte> bytes) => this with { TrailingBytes = bytes };

    /// <summary>Changes the end of central directory record.</summary>
    public ZipForge End(Func<ZipEnd, ZipEnd> change) => this with { EndChange = change };

    /// <summary>Writes a zip64 end record and its locator, also where the numbers need none; the classic record keeps what fits.</summary>
    public ZipForge End64(Func<ZipEnd, ZipEnd>? change = null) => this with { End64Change = change ?? (static end => end) };

    /// <summary>Keeps the first bytes only.</summary>
    public ZipForge Truncate(long length) => TruncateAt(_ => length);

    /// <summary>Cuts at a named place: <c>.TruncateAt(zip => zip.Entries[0].Data + 3)</c>.</summary>
    public ZipForge TruncateAt(Func<ZipLayout, long> place) => this with { Cut = place };

    /// <summary>Where everything lies, without keeping the bytes.</summary>
    public ZipLayout Measure() => Write(Stream.Null, long.MaxValue);

    public byte[] Build()
    {
        using var memory = new MemoryStream();
        WriteTo(memory);
        return memory.ToArray();
    }

    /// <summary>Streams the archive, holding no more than one entry's deflated bytes; stored entries are never held.</summary>
    public ZipLayout WriteTo(Stream stream) => Write(stream, Cut?.Invoke(Measure()) ?? long.MaxValue);

    /// <inheritdoc cref="WriteTo(Stream)"/>
    public ZipLayout WriteTo(string path)
    {
        using var file = System.IO.File.Create(path);
        return WriteTo(file);
    }

    /// <summary>
    /// Archives inside archives: zeros at the core, and around them layers that each hold <paramref name="copies"/> of the next. Unpacked to
    /// the last layer it takes <c>zeros × copies^layers</c> bytes.
    /// </summary>
    public static ZipForge Bomb(int layers, int copies, long zeros)
    {
        var core = new ZipForge().File("core.bin", ZipContent.Zeros(zeros));
        for (var layer = 0; layer < layers; layer++)
        {
            var inner = core.Build();
            core = Enumerable.Range(0, copies).Aggregate(new ZipForge(), (forge, copy) => forge.File($"{copy}.zip", inner));
        }

        return core;
    }

    private ZipLayout Write(Stream stream, long limit)
    {
        using var writer = new ZipWriter(this, stream, limit);
        return writer.Write();
    }

    private ZipForge Add(ZipEntry entry, Func<ZipEntry, ZipEntry>? shape) =>
        this with { Entries = Entries.Add(shape is null ? entry : shape(entry)) };
}
