using Serverless.Device.Answers;
using Serverless.Device.Bundles;

namespace Serverless.Device;

/// <summary>What came of a foreground.</summary>
public abstract record UpdateOutcome
{
    private protected UpdateOutcome()
    {
    }
}

/// <summary>The server had nothing to install.</summary>
public sealed record NoUpdate(UpdateAnswer Answer) : UpdateOutcome;

/// <summary>A bundle is on the device and becomes active at the next background.</summary>
/// <param name="Bundle">The bundle.</param>
/// <param name="BytesDownloaded">What was transferred for it; zero where it lay on the device or came from another one's cache.</param>
public sealed record UpdateQueued(InstalledBundle Bundle, long BytesDownloaded = 0) : UpdateOutcome;

/// <summary>An offered version was not installed.</summary>
/// <param name="Version">The version that was offered.</param>
/// <param name="Action">The event that tells why, such as <c>checksum_fail</c>.</param>
/// <param name="Reason">A sentence.</param>
public sealed record UpdateFailed(string Version, string Action, string Reason) : UpdateOutcome;
