using System.Collections.Immutable;

namespace Serverless.SyntheticDevices;

/// <summary>Plugins that are offered a release in the same way and verify it in the same way.</summary>
/// <param name="Plugin">A version of the generation, as it says itself.</param>
/// <param name="CarriesKey">The app has the public key: it is probed with each key that is good.</param>
internal sealed record PluginGeneration(string Plugin, bool CarriesKey)
{
    public static readonly PluginGeneration Latest = new("8.51.23", CarriesKey: false);

    /// <summary>
    /// One of each: CRC-32 and zips alone; SHA-256 and lists of files; with a key, the first 7.x and 8.x to name it whole, and the latest.
    /// </summary>
    public static readonly ImmutableArray<PluginGeneration> All =
    [
        new("5.9.0", CarriesKey: false),
        new("6.30.0", CarriesKey: false),
        Latest,
        new("7.41.1", CarriesKey: true),
        new("8.42.8", CarriesKey: true),
        Latest with { CarriesKey = true },
    ];

    public override string ToString() => CarriesKey ? $"{Plugin} with key" : Plugin;
}
