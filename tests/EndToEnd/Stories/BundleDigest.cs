using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Serverless.Tests.EndToEnd.Stories;

/// <summary>What a <c>checksum.json</c> must say about a zip, computed from the zip and from the documentation of the file alone.</summary>
internal sealed record BundleDigest(string Sha256, long Size, IReadOnlyDictionary<string, string> Files)
{
    private string Content => Hex(Encoding.UTF8.GetBytes(string.Concat(
        Files.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => $"{file.Key}\n{file.Value}\n"))));

    public static async Task<BundleDigest> OfAsync(string path)
    {
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        using var zip = new ZipArchive(new MemoryStream(bytes));
        var files = zip.Entries.Where(entry => !entry.FullName.EndsWith('/')).ToDictionary(entry => entry.FullName, Hash, StringComparer.Ordinal);
        return new BundleDigest(Hex(bytes), bytes.Length, files);
    }

    public void RequireSame(byte[] checksumJson)
    {
        using var document = JsonDocument.Parse(checksumJson);
        var root = document.RootElement;
        var package = root.GetProperty("package");
        var files = root.GetProperty("files").EnumerateObject().ToDictionary(file => file.Name, file => file.Value.GetString()!, StringComparer.Ordinal);

        Assert.Equal(Sha256, package.GetProperty("sha256").GetString());
        Assert.Equal(Size, package.GetProperty("size").GetInt64());
        Assert.Equal(Files, files);
        Assert.Equal(Content, root.GetProperty("content").GetString());
    }

    private static string Hash(ZipArchiveEntry entry)
    {
        using var content = entry.Open();
        return Convert.ToHexStringLower(SHA256.HashData(content));
    }

    private static string Hex(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
