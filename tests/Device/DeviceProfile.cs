namespace Serverless.Device;

/// <summary>What a device is and how its app configures the plugin; everything it says about itself on the wire comes from here.</summary>
public sealed record DeviceProfile
{
    /// <summary>The plugin release whose behaviour is the reference of this project.</summary>
    public static readonly Version ReferencePlugin = new(8, 51, 23);

    /// <summary>The Capacitor app id.</summary>
    public required string AppId { get; init; }

    /// <summary>A UUID that survives a reinstall; a random one unless given.</summary>
    public string DeviceId { get; init; } = Guid.NewGuid().ToString();

    /// <summary>The operating system.</summary>
    public DevicePlatform Platform { get; init; }

    /// <summary>The version of the plugin, which decides its <see cref="PluginGeneration"/>.</summary>
    public Version PluginVersion { get; init; } = ReferencePlugin;

    /// <summary>The native marketing version.</summary>
    public string VersionBuild { get; init; } = "1.0.0";

    /// <summary>The native build number.</summary>
    public string VersionCode { get; init; } = "1";

    /// <summary>The version of the operating system.</summary>
    public string VersionOs
    {
        get => field ?? (Platform is DevicePlatform.Ios ? "17.5.1" : "14");
        init;
    }

    /// <summary>An id set by the app's own script, empty by default.</summary>
    public string CustomId { get; init; } = "";

    /// <summary>The app's RSA-2048 public key as PKCS#1 PEM, or null for an app that takes unencrypted bundles.</summary>
    public string? PublicKey { get; init; }

    /// <summary>The channel the app asks for, empty for the server's choice.</summary>
    public string DefaultChannel { get; init; } = "";

    /// <summary>False for debug builds, TestFlight and the like.</summary>
    public bool IsProd { get; init; } = true;

    /// <summary>True on an emulator or a simulator.</summary>
    public bool IsEmulator { get; init; }

    /// <summary>The store the app came from, or null when unknown.</summary>
    public string? InstallSource { get; init; }

    /// <summary>Where update checks are posted.</summary>
    public required Uri UpdateUrl { get; init; }

    /// <summary>Where events are posted; null is the plugin's empty setting, which silences them.</summary>
    public Uri? StatsUrl { get; init; }

    /// <summary>Where channel calls go.</summary>
    public Uri? ChannelUrl { get; init; }

    /// <summary>How long a request may take.</summary>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a bundle has to call <c>notifyAppReady</c>, as configured.</summary>
    public TimeSpan AppReadyTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether the folder of a bundle that failed is deleted, and the failure forgotten with it.</summary>
    public bool AutoDeleteFailed { get; init; } = true;

    /// <summary>Whether the predecessor is deleted once a bundle has proven itself.</summary>
    public bool AutoDeletePrevious { get; init; } = true;

    /// <summary>The profile of a device whose three URLs are those of a server under <paramref name="server"/>.</summary>
    public static DeviceProfile For(Uri server, string appId) => new()
    {
        AppId = appId,
        UpdateUrl = new Uri(server, "/api/updates"),
        StatsUrl = new Uri(server, "/api/stats"),
        ChannelUrl = new Uri(server, "/api/channel_self"),
    };

    /// <summary>How long newer plugins on iOS let one exchange take in all.</summary>
    internal TimeSpan ExchangeLimit
    {
        get
        {
            var limit = ResponseTimeout + TimeSpan.FromSeconds(5);
            return limit > TimeSpan.FromSeconds(10) ? limit : TimeSpan.FromSeconds(10);
        }
    }

    /// <summary>The time an unproven bundle really gets: a second at least, and 30 on Android.</summary>
    internal TimeSpan ReadyTimeout
    {
        get
        {
            var floor = TimeSpan.FromSeconds(Platform is DevicePlatform.Android ? 30 : 1);
            return AppReadyTimeout > floor ? AppReadyTimeout : floor;
        }
    }
}
