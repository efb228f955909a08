using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.Win32.SafeHandles;
using Serverless.Bundles;
using Serverless.Bundles.Zip;
using Serverless.Storage;
using Serverless.Tests.Support.Bundles;
using Serverless.Tests.Support.Zips;
using ZipContent = Serverless.Tests.Support.Zips.ZipContent;

namespace Serverless.Fuzz.Targets;

/// <summary>An upload, through everything that the inspector does. What it accepts, the platform's own reader reads to the same names and bytes.</summary>
internal sealed class ZipTarget : FuzzTarget<ZipTarget.Reading>, IDisposable
{
    private static readonly BundleOptions Limits = new() { MaxZipBytes = 1 << 20, MaxInflatedBytes = 8 << 20, MaxEntries = 64 };

    // Every way of writing an entry that real tools use.
    private static readonly ZipForge Sound = WebBundle.Small("1.4.1").WithChecksumJson().Forge()
        .File("stored.js", "let a = 1;", e => e.Stored())
        .File("streamed.js", "let b = 2;", e => e.DataDescriptor())
        .File("bare.js", "let c = 3;", e => e.Stored().DataDescriptor(d => d with { HasSignature = false }))
        .File("wide.js", "let d = 4;", e => e.Zip64())
        .File("unix.js", "let e = 5;", e => e.UnixMode(0x81A4).Extra(0x5455, [1, 0, 0, 0, 0]).Comment("an entry"))
        .Folder("folder");

    private readonly FileStream _file = ScratchFile.Create("");
    private readonly BundleInspector _inspector = new(Options.Create(Limits));

    public override IEnumerable<byte[]> Seeds =>
    [
        Sound.Build(),
        Sound.End64().Comment("an archive").Build(),
        WebBundle.InFolder("dist", "1.4.1").Forge().File("__MACOSX/._index.html", "system file").Build(),
        new ZipForge().File("index.html", "", e => e.Stored()).Build(),
        new ZipForge().File("index.html", ZipContent.Zeros(60_000)).Build(),
        new ZipForge().File("index.html", "x", e => e.Stored()).File("b", "y", e => e.Stored().Zip64().DataDescriptor(d => d with { Zip64 = true })).Build(),
        new ZipForge().Symlink("index.html", "b").Alias("b", of: "index.html").Build(),
        new ZipForge().File("index.html", "x").Prefix("#!"u8.ToArray()).Trailing("end"u8.ToArray()).Build(),
        new ZipForge().File("ä/😀.html", "x", e => e.Encrypted().WrongCrc()).Build(),
    ];

    public void Dispose() => _file.Dispose();

    protected override Reading Read(byte[] input)
    {
        RandomAccess.SetLength(Handle, input.Length);
        RandomAccess.Write(Handle, input, 0);
        return new Reading(ZipDirectory.Read(Handle, Limits), _inspector.Inspect(Handle, allowMissingReady: true, CancellationToken.None));
    }

    protected override void Check(byte[] input, Reading reading)
    {
        if (reading.Directory is not ZipReading.Readable readable)
        {
            FindingException.Unless(reading.Inspection is BundleInspection.Refused, "The inspector accepts a zip whose directory is refused.");
            return;
        }

        using var archive = new ZipArchive(new MemoryStream(input), ZipArchiveMode.Read);
        FindingException.Unless(
            readable.Entries.Select(entry => entry.Name).SequenceEqual(archive.Entries.Select(entry => entry.FullName)),
            "Another reader finds other names.");
        if (reading.Inspection is BundleInspection.Sound { Contents: var contents })
        {
            RequireSameFiles(archive, contents);
        }
    }

    private static void RequireSameFiles(ZipArchive archive, BundleContents contents)
    {
        var files = archive.Entries
            .Where(entry => entry.FullName.StartsWith(contents.Root, StringComparison.Ordinal))
            .Where(entry => entry.FullName is not ['.', ..] and not [.., '/'] && !entry.FullName.StartsWith("__MACOSX/", StringComparison.Ordinal))
            .ToDictionary(entry => entry.FullName[contents.Root.Length..], Digest);
        FindingException.Unless(
            files.Count == contents.Files.Length && contents.Files.All(file => files.GetValueOrDefault(file.Path) == (file.Size, file.Sha256.Hex)),
            "Another reader finds other files or contents.");
    }

    private static (long Size, string Sha256) Digest(ZipArchiveEntry entry)
    {
        using var content = entry.Open();
        using var copy = new MemoryStream();
        content.CopyTo(copy);
        return (copy.Length, Convert.ToHexStringLower(SHA256.HashData(copy.GetBuffer().AsSpan(0, (int)copy.Length))));
    }

    private SafeFileHandle Handle => _file.SafeFileHandle;

    /// <param name="Directory">The entries, or why they are refused.</param>
    /// <param name="Inspection">What came of the whole.</param>
    internal sealed record Reading(ZipReading Directory, BundleInspection Inspection);
}
