using Serverless.Channels;
using Serverless.Devices;
using Serverless.Releases;

namespace Serverless.Rollouts;

/// <summary>Leads one device to a release or a channel of its own, whatever the channel that it follows does. Exactly one of the two is given.</summary>
/// <param name="Device">The device.</param>
/// <param name="Version">The release.</param>
/// <param name="Channel">The channel.</param>
internal sealed record Pin(DevicePseudonym Device, BundleVersion? Version = null, ChannelName? Channel = null)
{
    /// <summary>An app's pins are part of its snapshot.</summary>
    public const int MaxOfApp = 500;

    private const string ToVersion = "to version ";
    private const string ToChannel = "to channel ";

    public override string ToString() => Version is { } version ? $"{ToVersion}{version}" : $"{ToChannel}{Channel}";

    /// <returns>Null when these are not the words of a pin.</returns>
    public static Pin? Parse(DevicePseudonym device, string words) => words switch
    {
        _ when words.StartsWith(ToVersion, StringComparison.Ordinal) && BundleVersion.TryParse(words[ToVersion.Length..], out var version) => new Pin(device, Version: version),
        _ when words.StartsWith(ToChannel, StringComparison.Ordinal) && ChannelName.TryParse(words[ToChannel.Length..], out var channel) => new Pin(device, Channel: channel),
        _ => null,
    };
}
