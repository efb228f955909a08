using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Microsoft.Win32.SafeHandles;
using Serverless.Bundles.Content;
using Serverless.Bundles.Zip;

namespace Serverless.Bundles;

/// <summary>Decides whether a zip is a bundle that devices can install, and lists what it holds. Reads only; fails closed.</summary>
internal sealed class BundleInspector(IOptions<BundleOptions> options)
{
    /// <param name="file">The zip, readable at any offset.</param>
    /// <param name="allowMissingReady">Accept a bundle in which nothing calls <c>notifyAppReady</c>.</param>
    /// <param name="cancellation">Stops between pieces of entries.</param>
    public BundleInspection Inspect(SafeFileHandle file, bool allowMissingReady, CancellationToken cancellation)
    {
        var limits = options.Value;
        if (RandomAccess.GetLength(file) > limits.MaxZipBytes)
        {
            return Refuse(TooLarge(limits));
        }

        return ZipDirectory.Read(file, limits) switch
        {
            ZipReading.Readable readable => InspectEntries(file, readable.Entries, allowMissingReady, cancellation),
            ZipReading.Refused refused => Refuse(refused.Rejection),
            _ => throw new InvalidOperationException("A zip is readable or refused."),
        };
    }

    /// <summary>The rejection of a zip whose size alone is too much; known before it is downloaded.</summary>
    public static Rejection TooLarge(BundleOptions limits) => new(RejectionCode.TooLarge, $"The zip is larger than {limits.MaxZipBytes:N0} bytes.");

    private BundleInspection InspectEntries(
        SafeFileHandle file, ImmutableArray<ZipEntry> entries, bool allowMissingReady, CancellationToken cancellation)
    {
        if (InflationBudget.Check(entries, options.Value) is { } bomb)
        {
            return Refuse(bomb);
        }

        if (BundleLayout.Find(entries, out var layout) is { } misplaced)
        {
            return Refuse(misplaced);
        }

        return ReadFiles(file, layout, dropped: layout.Kept.Length != entries.Length, allowMissingReady, cancellation);
    }

    private static BundleInspection ReadFiles(
        SafeFileHandle file, BundleLayout layout, bool dropped, bool allowMissingReady, CancellationToken cancellation)
    {
        var scan = new ContentScan(layout.Page);
        var reader = new BundleReader(file, scan);
        var files = ImmutableArray.CreateBuilder<BundleFile>(layout.Kept.Length);
        foreach (var entry in layout.Kept.Where(entry => !entry.IsDirectory))
        {
            if (reader.Read(entry, out var digest, cancellation) is { } corrupt)
            {
                return Refuse(corrupt);
            }

            files.Add(new BundleFile(entry.Name[layout.Root.Length..], digest, entry.Size));
        }

        var facts = scan.Complete(files.Select(bundled => bundled.Path).ToHashSet(StringComparer.Ordinal));
        if (!facts.CallsNotifyAppReady && !allowMissingReady)
        {
            return Refuse(new Rejection(
                RejectionCode.NoNotifyAppReady,
                "No script calls CapacitorUpdater.notifyAppReady(), so every device would roll this bundle back; set the blob metadata allow_missing_ready=true to accept it all the same."));
        }

        files.Sort(static (a, b) => string.CompareOrdinal(a.Path, b.Path));
        var contents = new BundleContents(
            files.ToImmutable(),
            layout.Root,
            layout.Kept,
            NeedsRepack: dropped || layout.Kept.Any(entry => entry.NeedsRewriting),
            facts);
        return CheckListedDigests(file, layout, contents) is { } mismatch ? Refuse(mismatch) : new BundleInspection.Sound(contents);
    }

    private static Rejection? CheckListedDigests(SafeFileHandle file, BundleLayout layout, BundleContents contents)
    {
        if (layout.Kept.FirstOrDefault(entry => entry.Name == layout.Root + ChecksumFile.Name) is not { } entry)
        {
            return null;
        }

        if (entry.Size > ChecksumFile.MaxBytes)
        {
            return new Rejection(RejectionCode.ChecksumMismatch, $"The bundle's checksum.json is larger than {ChecksumFile.MaxBytes:N0} bytes.", ChecksumFile.Name);
        }

        var json = new byte[entry.Size];
        using var content = ZipContent.Open(file, entry);
        content.Stream.ReadExactly(json);
        return ChecksumFile.Check(json, contents.Files);
    }

    private static BundleInspection.Refused Refuse(Rejection rejection) => new(rejection);
}
