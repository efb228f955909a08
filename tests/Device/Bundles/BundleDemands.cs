using Serverless.Device.Answers;

namespace Serverless.Device.Bundles;

/// <summary>What newer plugins demand of an offer before they download anything.</summary>
internal static class BundleDemands
{
    /// <summary>The event that a refused offer is reported with, or null for an offer worth downloading.</summary>
    public static string? Refusal(Offer offer, DeviceProfile profile, PluginGeneration generation)
    {
        if (!generation.DemandsChecksumAndSessionKey)
        {
            return null;
        }
        if (profile.PublicKey is not null && !SessionKey.HasForm(offer.SessionKey))
        {
            return "session_key_required";
        }
        return offer.Checksum.Length == 0 && !offer.IsDelta ? "checksum_required" : null;
    }
}
