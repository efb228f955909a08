namespace Serverless.Fleet;

/// <summary>How many devices there are, of what kind, and how fast they move.</summary>
internal sealed record FleetOptions
{
    /// <summary>The server's base address.</summary>
    public required Uri Server { get; init; }

    public required string App { get; init; }

    public int Devices { get; init; } = 200;

    /// <summary>The share of devices on which the bad release never becomes ready.</summary>
    public double BadShare { get; init; } = 0.6;

    /// <summary>Where the bad release fails.</summary>
    public PlatformMix BadPlatform { get; init; } = PlatformMix.Mix;

    public PlatformMix Platform { get; init; } = PlatformMix.Mix;

    /// <summary>Whether older plugins are among them, or only the reference.</summary>
    public bool OlderPlugins { get; init; }

    /// <summary>Whether devices of a kind share what one of them downloaded, or each downloads for itself.</summary>
    public bool SharesDownloads { get; init; } = true;

    /// <summary>The app's public key as PKCS#1 PEM, or null.</summary>
    public string? PublicKey { get; init; }

    public int Seed { get; init; } = 1;

    /// <summary>How many devices talk to the server at the same time.</summary>
    public int Connections { get; init; } = 32;

    /// <summary>Over what time the devices meet the bad release.</summary>
    public TimeSpan Spread { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>How long the story waits for each thing that should happen.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>The platforms in a fleet.</summary>
internal enum PlatformMix
{
    Mix,
    Android,
    Ios,
}
