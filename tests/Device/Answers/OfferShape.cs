using Serverless.Device.Bundles;

namespace Serverless.Device.Answers;

/// <summary>Whether checksum and session key of an offer have a form that this device can use at all.</summary>
internal static class OfferShape
{
    /// <exception cref="HarmfulAnswerException">The device would download the bundle only to throw it away, on every check.</exception>
    public static void Require(Offer offer, DeviceProfile profile, PluginGeneration generation)
    {
        if (offer.SessionKey.Length > 0 && (profile.PublicKey is null || generation.UsesCrc32))
        {
            throw new HarmfulAnswerException("An encrypted bundle for a device that has no key for it.");
        }
        if (offer.Checksum.Length == 0 || BundleDemands.Refusal(offer, profile, generation) is not null)
        {
            return;
        }

        var fits = ChecksumForms.Of(offer, profile, generation) switch
        {
            ChecksumForm.Crc32 => IsLowerHex(offer.Checksum, 8),
            ChecksumForm.Sha256 => IsLowerHex(offer.Checksum, 64),
            ChecksumForm.SignedText => IsSignatureBase64(offer.Checksum),
            _ => IsHex(offer.Checksum) ? offer.Checksum.Length == 2 * RsaPublicKey.Size : IsSignatureBase64(offer.Checksum),
        };
        if (!fits)
        {
            throw new HarmfulAnswerException($"Plugin {profile.PluginVersion} cannot read the checksum '{offer.Checksum}'.");
        }
    }

    private static bool IsLowerHex(string text, int length) => text.Length == length && text.All(char.IsAsciiHexDigitLower);

    private static bool IsHex(string text) => text.All(char.IsAsciiHexDigit);

    private static bool IsSignatureBase64(string text)
    {
        Span<byte> signature = stackalloc byte[RsaPublicKey.Size];
        return Convert.TryFromBase64String(text, signature, out var written) && written == RsaPublicKey.Size;
    }
}
