namespace Serverless.Channels;

/// <summary>How far an update may go beyond the native build it runs in. Compared numerically, by semver precedence.</summary>
internal enum VersionPolicy
{
    /// <summary>Anything goes.</summary>
    None,

    /// <summary>Not to a higher major version than the native build's.</summary>
    Major,

    /// <summary>Only within the native build's major and minor version.</summary>
    Minor,

    /// <summary>Only the native build's very version, for changed pre-releases and builds.</summary>
    Patch,

    /// <summary>Only releases that say which native build they need, by <c>min_native</c>.</summary>
    VersionNumber,
}

/// <summary>Which devices a channel serves. The defaults keep a fleet from installing what its native build cannot run, and exclude nobody else.</summary>
internal sealed record ChannelPolicy
{
    public static readonly ChannelPolicy Default = new();

    public VersionPolicy Versions { get; init; } = VersionPolicy.Major;

    /// <summary>Offer a release that is older than the native build.</summary>
    public bool AllowUnderNative { get; init; }

    public bool Android { get; init; } = true;

    public bool Ios { get; init; } = true;

    public bool Electron { get; init; } = true;

    /// <summary>Builds from a store.</summary>
    public bool Prod { get; init; } = true;

    /// <summary>Debug builds, TestFlight and the like.</summary>
    public bool Dev { get; init; } = true;

    /// <summary>Physical devices.</summary>
    public bool Device { get; init; } = true;

    public bool Emulator { get; init; } = true;

    /// <param name="platform">As the plugin writes it; an unknown one is served nothing.</param>
    public bool Serves(string platform) => platform switch
    {
        "android" => Android,
        "ios" => Ios,
        "electron" => Electron,
        _ => false,
    };
}
