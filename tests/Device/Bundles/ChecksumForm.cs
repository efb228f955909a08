using Serverless.Device.Answers;

namespace Serverless.Device.Bundles;

/// <summary>What a device takes a checksum for.</summary>
internal enum ChecksumForm
{
    /// <summary>Eight lower-case hexadecimal digits.</summary>
    Crc32,

    /// <summary>64 lower-case hexadecimal digits.</summary>
    Sha256,

    /// <summary>A signature over the 32 bytes of the digest, hexadecimal or base64.</summary>
    SignedDigest,

    /// <summary>A base64 signature over the 48 bytes one gets by reading the digest's hexadecimal text as base64.</summary>
    SignedText,
}

/// <summary>Chooses the form by generation, platform and key.</summary>
internal static class ChecksumForms
{
    public static ChecksumForm OfBundle(Offer offer, DeviceProfile profile, PluginGeneration generation)
    {
        if (generation.UsesCrc32)
        {
            return ChecksumForm.Crc32;
        }
        // Before 8.51.23 Android compared the bare digest when no session key came, although a public key was configured.
        return offer.SessionKey.Length == 0 && profile.Platform is DevicePlatform.Android
            ? ChecksumForm.Sha256
            : OfKey(profile, generation);
    }

    /// <summary>The form of the hashes in a manifest; before 8.51.23 both platforms took bare ones when no session key came.</summary>
    public static ChecksumForm OfFile(Offer offer, DeviceProfile profile, PluginGeneration generation) =>
        offer.SessionKey.Length == 0 ? ChecksumForm.Sha256 : OfKey(profile, generation);

    private static ChecksumForm OfKey(DeviceProfile profile, PluginGeneration generation) =>
        profile.PublicKey is null ? ChecksumForm.Sha256
        : generation.ReadsHexSignature ? ChecksumForm.SignedDigest
        : ChecksumForm.SignedText;

    /// <summary>The digest in lower-case hexadecimal digits that a checksum stands for.</summary>
    /// <returns>Null where the signature is not the matching key's.</returns>
    public static string? Recover(string checksum, ChecksumForm form, RsaPublicKey? publicKey)
    {
        if (form is ChecksumForm.Crc32 or ChecksumForm.Sha256)
        {
            return checksum;
        }
        var signature = form is ChecksumForm.SignedDigest && checksum.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(checksum)
            : Convert.FromBase64String(checksum);
        var payload = publicKey?.Recover(signature);
        return payload is null ? null
            : form is ChecksumForm.SignedText ? Convert.ToBase64String(payload)
            : Convert.ToHexStringLower(payload);
    }
}
