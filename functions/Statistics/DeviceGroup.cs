namespace Serverless.Statistics;

/// <summary>Devices that are counted together: all of an app, those on a platform or those that run a version. A device that changes its version within a period counts for both.</summary>
/// <param name="Kind">By what they are told from the rest; null for all.</param>
/// <param name="Name">The platform or version; empty for all.</param>
internal readonly record struct DeviceGroup(Grouping? Kind, string Name)
{
    public static readonly DeviceGroup All = new(null, "");

    public static DeviceGroup OfPlatform(string platform) => new(Grouping.Platform, platform);

    public static DeviceGroup OfVersion(string version) => new(Grouping.Version, version);
}

/// <summary>By what series are told apart.</summary>
internal enum Grouping
{
    Version,
    Platform,
}
