using System.IO.Compression;
using System.Security.Cryptography;

namespace Serverless.Tests.Unit.Device;

/// <summary>One file of a release, as a delta update hands it out: plain, or encrypted with the release's key.</summary>
internal sealed class LoopbackFile
{
    private const int WorthCompressing = 8192;

    public LoopbackFile(string path, byte[] content)
    {
        var compress = content.Length >= WorthCompressing;
        Name = compress ? path + ".br" : path;
        Plain = compress ? Compress(content) : content;
        Digest = SHA256.HashData(content);
        Sha256 = Convert.ToHexStringLower(Digest);
    }

    public string Name { get; }

    public byte[] Plain { get; }

    public byte[]? Cipher { get; private set; }

    public string Sha256 { get; }

    public string? SignedDigest { get; private set; }

    public string? SignedText { get; private set; }

    private byte[] Digest { get; }

    public static IReadOnlyList<LoopbackFile> Unpack(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
        return [.. archive.Entries.Where(entry => !entry.FullName.EndsWith('/')).Select(entry => new LoopbackFile(entry.FullName, Read(entry)))];
    }

    public void Encrypt(Aes aes, BundleSigner signer)
    {
        Cipher = aes.EncryptCbc(Plain, aes.IV);
        SignedDigest = Convert.ToHexStringLower(signer.Sign(Digest));
        SignedText = Convert.ToBase64String(signer.Sign(Convert.FromBase64String(Sha256)));
    }

    private static byte[] Compress(byte[] content)
    {
        using var bytes = new MemoryStream();
        using (var brotli = new BrotliStream(bytes, CompressionLevel.Optimal))
        {
            brotli.Write(content);
        }
        return bytes.ToArray();
    }

    private static byte[] Read(ZipArchiveEntry entry)
    {
        using var content = new MemoryStream();
        using var file = entry.Open();
        file.CopyTo(content);
        return content.ToArray();
    }
}
