using System.Security.Cryptography;
using Serverless.Device.Answers;

namespace Serverless.Device.Bundles;

/// <summary>Decrypts a download and holds it against the offer's checksum, in the way of the device's generation.</summary>
internal sealed class BundleVerifier(DeviceProfile profile, PluginGeneration generation)
{
    private readonly RsaPublicKey? _publicKey = profile.PublicKey is { } pem ? RsaPublicKey.Parse(pem) : null;

    /// <summary>The plain zip, rewound: the download itself, or a stream of its own for an encrypted one.</summary>
    /// <exception cref="BundleFailedException">The bytes are not those the server signed or named.</exception>
    public async Task<Stream> OpenAsync(Stream download, Offer offer, CancellationToken cancellationToken)
    {
        var zip = _publicKey is not null && SessionKey.HasForm(offer.SessionKey)
            ? await DecryptAsync(download, offer.SessionKey, _publicKey, cancellationToken)
            : download;
        zip.Position = 0;
        if (offer.Checksum.Length > 0)
        {
            await RequireChecksumAsync(zip, offer, cancellationToken);
            zip.Position = 0;
        }
        return zip;
    }

    /// <summary>
    /// Whether the checksum beside a manifest can be read: before 8.51.23 iOS opens it with the app's key although it compares it with nothing.
    /// </summary>
    public bool ReadsChecksum(Offer offer) =>
        profile.Platform is DevicePlatform.Android
        || _publicKey is null
        || generation.DemandsChecksumAndSessionKey
        || ChecksumForms.Recover(offer.Checksum, ChecksumForms.OfBundle(offer, profile, generation), _publicKey) is not null;

    private static async Task<Stream> DecryptAsync(Stream download, string sessionKey, RsaPublicKey publicKey, CancellationToken cancellationToken)
    {
        var key = SessionKey.Open(sessionKey, publicKey)
            ?? throw new BundleFailedException("decrypt_fail", "The session key does not open with the app's public key.");
        using var aes = Aes.Create();
        using var decryptor = aes.CreateDecryptor(key.Key, key.Iv);
        var zip = Spool.Create(download.Length);
        try
        {
            download.Position = 0;
            await using var plain = new CryptoStream(download, decryptor, CryptoStreamMode.Read, leaveOpen: true);
            await plain.CopyToAsync(zip, cancellationToken);
            return zip.Length > 0 ? zip : throw new CryptographicException("There is nothing in it.");
        }
        catch (CryptographicException e)
        {
            await zip.DisposeAsync();
            throw new BundleFailedException("decrypt_fail", "The bundle does not decrypt with its session key.", e);
        }
    }

    private async Task RequireChecksumAsync(Stream zip, Offer offer, CancellationToken cancellationToken)
    {
        var form = ChecksumForms.OfBundle(offer, profile, generation);
        var actual = await HashAsync(zip, form, cancellationToken);
        var expected = ChecksumForms.Recover(offer.Checksum, form, _publicKey);
        if (!string.Equals(expected, actual, StringComparison.Ordinal))
        {
            throw new BundleFailedException("checksum_fail", $"The checksum of {offer.Version} is {actual}, the server said {expected ?? "nothing readable"}.");
        }
    }

    private static async Task<string> HashAsync(Stream zip, ChecksumForm form, CancellationToken cancellationToken)
    {
        if (form is not ChecksumForm.Crc32)
        {
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(zip, cancellationToken));
        }
        using var crc = new Crc32();
        return Convert.ToHexStringLower(await crc.ComputeHashAsync(zip, cancellationToken));
    }
}
