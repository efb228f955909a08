using System.Text;
using Serverless.Device.Bundles;

namespace Serverless.Device.Answers;

/// <summary>Whether checksum, session key and file hashes of an offer have a form that this device can use at all.</summary>
internal static class OfferShape
{
    /// <summary>What WorkManager takes as the input of one piece of work.</summary>
    private const int WorkerLimit = 10_240;

    /// <exception cref="HarmfulAnswerException">The device would download the bundle only to throw it away, on every check.</exception>
    public static void Require(Offer offer, DeviceProfile profile, PluginGeneration generation)
    {
        if (offer.SessionKey.Length > 0 && (profile.PublicKey is null || generation.UsesCrc32))
        {
            throw new HarmfulAnswerException("An encrypted bundle for a device that has no key for it.");
        }
        if (profile.Platform is DevicePlatform.Android && WorkerInput(offer, profile) > WorkerLimit)
        {
            throw new HarmfulAnswerException($"Url, checksum and keys take more than {WorkerLimit} bytes: Android cannot hand them to its worker.");
        }
        // A server cannot know of a key that the plugin does not name: what it sends then is for a device without one.
        var known = generation.KeyIdLength == 0 && offer.SessionKey.Length == 0 ? profile with { PublicKey = null } : profile;
        if (offer.IsDelta)
        {
            RequireManifest(offer, known, generation);
        }
        if (offer.Checksum.Length > 0 && BundleDemands.Refusal(offer, known, generation) is null)
        {
            RequireForm("checksum", offer.Checksum, ChecksumForms.OfBundle(offer, known, generation), known);
        }
    }

    private static void RequireManifest(Offer offer, DeviceProfile profile, PluginGeneration generation)
    {
        if (!generation.UnderstandsManifest)
        {
            throw new HarmfulAnswerException($"Plugin {profile.PluginVersion} does not know manifests.");
        }
        if (profile.PublicKey is not null && !SessionKey.HasForm(offer.SessionKey))
        {
            throw new HarmfulAnswerException("A plain manifest for a device with a key: new plugins refuse it, older ones skip the signatures.");
        }
        if (profile is { Platform: DevicePlatform.Ios, PublicKey: not null } && offer.Checksum.Length == 0)
        {
            throw new HarmfulAnswerException("A manifest without a checksum: iOS with a key decodes it even then.");
        }

        var form = ChecksumForms.OfFile(offer, profile, generation);
        foreach (var file in offer.Manifest)
        {
            RequireForm($"hash of '{file.Name}'", file.Hash, form, profile);
        }
    }

    private static void RequireForm(string what, string checksum, ChecksumForm form, DeviceProfile profile)
    {
        var fits = form switch
        {
            ChecksumForm.Crc32 => IsLowerHex(checksum, 8),
            ChecksumForm.Sha256 => IsLowerHex(checksum, 64),
            ChecksumForm.SignedText => IsSignatureBase64(checksum),
            _ => IsHex(checksum) ? checksum.Length == 2 * RsaPublicKey.Size : IsSignatureBase64(checksum),
        };
        if (!fits)
        {
            throw new HarmfulAnswerException($"Plugin {profile.PluginVersion} cannot read the {what}: '{checksum}'.");
        }
    }

    private static int WorkerInput(Offer offer, DeviceProfile profile) =>
        Encoding.UTF8.GetByteCount(offer.Url.OriginalString)
        + Encoding.UTF8.GetByteCount(offer.Checksum)
        + Encoding.UTF8.GetByteCount(offer.SessionKey)
        + Encoding.UTF8.GetByteCount(profile.PublicKey ?? "");

    private static bool IsLowerHex(string text, int length) => text.Length == length && text.All(char.IsAsciiHexDigitLower);

    private static bool IsHex(string text) => text.All(char.IsAsciiHexDigit);

    private static bool IsSignatureBase64(string text)
    {
        Span<byte> signature = stackalloc byte[RsaPublicKey.Size];
        return Convert.TryFromBase64String(text, signature, out var written) && written == RsaPublicKey.Size;
    }
}
