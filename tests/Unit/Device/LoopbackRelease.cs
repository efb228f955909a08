using System.Security.Cryptography;

namespace Serverless.Tests.Unit.Device;

/// <summary>A release as the loopback server holds it: the plain zip, and the encrypted one where there is a key.</summary>
internal sealed class LoopbackRelease
{
    public LoopbackRelease(string version, byte[] zip, BundleSigner? signer, bool delta)
    {
        Version = version;
        Zip = zip;
        Files = delta ? LoopbackFile.Unpack(zip) : [];
        var digest = SHA256.HashData(zip);
        Sha256 = Convert.ToHexStringLower(digest);
        if (signer is not null)
        {
            using var aes = Aes.Create();
            aes.KeySize = 128;
            Cipher = aes.EncryptCbc(zip, aes.IV);
            SessionKey = $"{Convert.ToBase64String(aes.IV)}:{Convert.ToBase64String(signer.Sign(aes.Key))}";
            SignedDigest = Convert.ToHexStringLower(signer.Sign(digest));
            foreach (var file in Files)
            {
                file.Encrypt(aes, signer);
            }
            SignedText = Convert.ToBase64String(signer.Sign(Convert.FromBase64String(Sha256)));
        }
    }

    public string Version { get; }

    public byte[] Zip { get; }

    /// <summary>The files of a delta update; empty for a release that is handed out as a zip.</summary>
    public IReadOnlyList<LoopbackFile> Files { get; }

    public byte[]? Cipher { get; }

    public string? SessionKey { get; }

    public string Crc32 => System.IO.Hashing.Crc32.HashToUInt32(Zip).ToString("x8", null);

    public string Sha256 { get; }

    public string? SignedDigest { get; }

    public string? SignedText { get; }
}
