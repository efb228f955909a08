using Serverless.Devices;
using Serverless.Updates;

namespace Serverless.Channels;

/// <summary>What devices may know and choose of an app's channels. Pure.</summary>
internal static class ChannelChoice
{
    /// <summary>Whether the device may follow the channel it names.</summary>
    /// <returns>The refusal, or null with the channel.</returns>
    public static ChannelAnswer? Choose(AppSnapshot app, DeviceRequest device, string? name, out Channel channel)
    {
        channel = app.Channels.GetValueOrDefault(name ?? "")!;
        return channel switch
        {
            _ when string.IsNullOrEmpty(name) => ChannelAnswer.Refuse("missing_channel", "The body lacks channel"),
            null => ChannelAnswer.Refuse("channel_not_found", "The app has no such channel"),
            _ when !channel.Policy.Serves(device.Platform) => ChannelAnswer.Refuse("channel_not_found", "The channel does not serve this platform"),
            { Public: true, AllowSelfSet: false } => ChannelAnswer.Refuse("public_channel_self_set_not_allowed", "The public channel is followed without choosing it"),
            { AllowSelfSet: false } => ChannelAnswer.Refuse("channel_self_set_not_allowed", "Devices may not choose this channel"),
            _ => null,
        };
    }

    /// <summary>The channel that the device follows as it stands.</summary>
    public static ChannelAnswer Describe(AppSnapshot app, DeviceRequest device, bool isOverride) => app.ChannelFor(device) is { } channel
        ? new ChannelAnswer
        {
            Channel = channel.Name.Value,
            Status = isOverride ? ChannelAnswer.Override : ChannelAnswer.Default,
            AllowSet = channel.AllowSelfSet,
        }
        : ChannelAnswer.Refuse("channel_not_found", "No channel serves this device");

    /// <summary>The channels that the device could follow, oldest first.</summary>
    public static ListedChannel[] List(AppSnapshot app, string platform, bool isEmulator, bool isProd) =>
    [
        .. app.Channels.Values
            .Where(channel => (channel.Public || channel.AllowSelfSet) && channel.Policy.Serves(platform)
                && (isEmulator ? channel.Policy.Emulator : channel.Policy.Device) && (isProd ? channel.Policy.Prod : channel.Policy.Dev))
            .OrderBy(channel => channel.Id)
            .Select(channel => new ListedChannel(channel.Id, channel.Name.Value, channel.Public, channel.AllowSelfSet)),
    ];
}
