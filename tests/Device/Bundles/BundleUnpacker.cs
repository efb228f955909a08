using System.IO.Compression;
using System.Security.Cryptography;

namespace Serverless.Device.Bundles;

/// <summary>Unpacks a verified zip under the plugin's rules for names and contents.</summary>
internal sealed class BundleUnpacker(DevicePlatform platform)
{
    /// <summary>Writes every file of the zip into <paramref name="folder"/>.</summary>
    /// <returns>Where <c>index.html</c> lies: empty for the root, <c>dist/</c> for a single top directory, null when nowhere.</returns>
    /// <exception cref="BundleFailedException">A name is refused, or the zip is damaged.</exception>
    public string? Unpack(Stream zip, IBundleFolder folder)
    {
        try
        {
            using var archive = new ZipArchive(zip, ZipArchiveMode.Read, leaveOpen: true);
            foreach (var entry in archive.Entries)
            {
                Unpack(entry, folder);
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new BundleFailedException("unzip_fail", "The zip is damaged, or holds a file and a directory of one name.", e);
        }
        return FindRoot(folder.Paths);
    }

    private static void Unpack(ZipArchiveEntry entry, IBundleFolder folder)
    {
        if (EntryName.Refusal(entry.FullName) is { } action)
        {
            throw new BundleFailedException(action, $"The zip holds '{entry.FullName}'.");
        }
        if (entry.FullName.EndsWith('/'))
        {
            return;
        }

        using var crc = new Crc32();
        using (var content = new CryptoStream(entry.Open(), crc, CryptoStreamMode.Read))
        {
            folder.Write(EntryName.Normalize(entry.FullName), content);
        }
        // ZipArchive reads past a wrong CRC; the unzippers of both platforms do not.
        if (crc.Value != entry.Crc32)
        {
            throw new BundleFailedException("unzip_fail", $"'{entry.FullName}' does not match its CRC.");
        }
    }

    private string? FindRoot(IReadOnlyCollection<string> paths)
    {
        if (paths.Contains("index.html"))
        {
            return "";
        }
        var tops = paths.Select(path => path.Split('/')[0]).Distinct(StringComparer.Ordinal).Where(Counts).ToList();
        return tops is [var only] && paths.Contains($"{only}/index.html") ? $"{only}/" : null;
    }

    /// <summary>Android overlooks what packers of other systems leave behind; iOS counts it.</summary>
    private bool Counts(string top) =>
        platform is DevicePlatform.Ios || !(top.StartsWith('.') || top.StartsWith("__MACOSX", StringComparison.Ordinal));
}
