using Serverless.Device.Answers;

namespace Serverless.Device.Bundles;

/// <summary>What a device takes the checksum of an offer for.</summary>
internal enum ChecksumForm
{
    /// <summary>Eight lower-case hexadecimal digits over the zip.</summary>
    Crc32,

    /// <summary>64 lower-case hexadecimal digits over the zip.</summary>
    Sha256,

    /// <summary>A signature over the 32 bytes of the digest, hexadecimal or base64.</summary>
    SignedDigest,

    /// <summary>A base64 signature over the 48 bytes one gets by reading the digest's hexadecimal text as base64.</summary>
    SignedText,
}

/// <summary>Chooses the form by generation, platform and key.</summary>
internal static class ChecksumForms
{
    public static ChecksumForm Of(Offer offer, DeviceProfile profile, PluginGeneration generation)
    {
        if (generation.UsesCrc32)
        {
            return ChecksumForm.Crc32;
        }
        // Before 8.51.23 Android compared the bare digest when no session key came, although a public key was configured.
        if (profile.PublicKey is null || (offer.SessionKey.Length == 0 && profile.Platform is DevicePlatform.Android))
        {
            return ChecksumForm.Sha256;
        }
        return generation.ReadsHexSignature ? ChecksumForm.SignedDigest : ChecksumForm.SignedText;
    }
}
