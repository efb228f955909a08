using Serverless.Apps;
using Serverless.Channels;
using Serverless.Devices;
using Serverless.Releases;

namespace Serverless.Tests.Unit;

/// <summary>The product's value types, from text that the test knows to be right.</summary>
internal static class Words
{
    public static AppId App(string text) => AppId.TryParse(text, out var app) ? app : throw new FormatException(text);

    public static ChannelName Channel(string text) => ChannelName.TryParse(text, out var name) ? name : throw new FormatException(text);

    public static BundleVersion Version(string text) => BundleVersion.Parse(text);

    public static PluginVersion Plugin(string text) => PluginVersion.TryParse(text, out var plugin) ? plugin : throw new FormatException(text);

    public static DevicePseudonym Device(int number) =>
        DevicePseudonym.TryParse($"{number:x32}", out var device) ? device : throw new FormatException($"{number}");
}
