namespace Serverless.Channels;

/// <summary>What people may change of a channel: everything but its name, its number and what it points at.</summary>
internal sealed record ChannelSettings(
    bool Public,
    bool AllowSelfSet,
    VersionPolicy Versions,
    bool AllowUnderNative,
    bool Android,
    bool Ios,
    bool Electron,
    bool Prod,
    bool Dev,
    bool Device,
    bool Emulator)
{
    public static ChannelSettings Of(Channel channel) => new(
        channel.Public,
        channel.AllowSelfSet,
        channel.Policy.Versions,
        channel.Policy.AllowUnderNative,
        channel.Policy.Android,
        channel.Policy.Ios,
        channel.Policy.Electron,
        channel.Policy.Prod,
        channel.Policy.Dev,
        channel.Policy.Device,
        channel.Policy.Emulator);

    public Channel ApplyTo(Channel channel) => channel with
    {
        Public = Public,
        AllowSelfSet = AllowSelfSet,
        Policy = channel.Policy with
        {
            Versions = Versions,
            AllowUnderNative = AllowUnderNative,
            Android = Android,
            Ios = Ios,
            Electron = Electron,
            Prod = Prod,
            Dev = Dev,
            Device = Device,
            Emulator = Emulator,
        },
    };
}
