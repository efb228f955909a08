namespace Serverless.Device;

/// <summary>
/// What a plugin version can do. Majors 5 to 8 are ports of one line and share its minor numbers; 9 and 10 are builds of 2023 that
/// were numbered by accident and can do less than any of them.
/// </summary>
public sealed class PluginGeneration(Version version)
{
    private bool IsMisnumbered => version.Major is 9 or 10;

    /// <summary>Bundles are checked by an unsigned CRC-32.</summary>
    public bool UsesCrc32 => IsMisnumbered || version.Major switch
    {
        < 5 => true,
        5 => Before(10),
        6 => Before(25),
        7 => Before(0, 35),
        _ => false,
    };

    /// <summary>Understands an update that lists its files, compressed by Brotli or not.</summary>
    public bool UnderstandsManifest => !UsesCrc32 && version.Major <= 8;

    /// <summary>On iOS, writes its device id in capital letters.</summary>
    public bool CapitalizesDeviceId => UsesCrc32;

    /// <summary>Signed checksums may be hexadecimal; before, they are base64 over a payload of 48 bytes.</summary>
    public bool ReadsHexSignature => version.Major is 8 || Since(30);

    /// <summary>A missing checksum, or a missing session key where the app has a public key, is refused.</summary>
    public bool DemandsChecksumAndSessionKey => version.Major switch
    {
        8 => !Before(51, 23),
        _ => !IsMisnumbered && version.Major > 8,
    };

    /// <summary>Understands <c>{"version":"builtin"}</c>.</summary>
    public bool UnderstandsBuiltin => Since(2) || version.Major is 7 or 8;

    /// <summary>Names the bundle shipped in the app by the native version instead of <c>builtin</c>.</summary>
    public bool NamesBuiltinByBuild => version.Major is 5 or 6 ? Since(50) : Since(45);

    /// <summary>How an answer that carries an error is read.</summary>
    public RefusalReading RefusalReading =>
        UsesCrc32 ? RefusalReading.Message
        : version.Major is 8 ? Before(45, 11) ? RefusalReading.Status : RefusalReading.Kind
        : Since(45, 10) ? RefusalReading.Kind
        : Since(36) ? RefusalReading.Status
        : Since(26) ? RefusalReading.AlwaysFailed
        : RefusalReading.BackendRefusal;

    /// <summary>How many characters of the public key are sent as <c>key_id</c>; zero where the field is unknown.</summary>
    public int KeyIdLength => version.Major switch
    {
        8 when !Before(4, 3) => version > new Version(8, 40, 7) ? 20 : 4,
        8 => 0,
        _ => Since(41, 1) ? 20 : 0,
    };

    /// <summary>Events are queued and sent as an array with timestamps.</summary>
    public bool SendsArrays => version.Major is 8 ? !Before(42, 8) : Since(42, 9);

    /// <summary>Keeps a chosen channel itself; before, the server keeps it for the device.</summary>
    public bool KeepsChannel => version.Major is 8 || Since(34);

    /// <summary>Clears its channel when the answer to a choice says <c>unset</c>.</summary>
    public bool UnderstandsUnset => SendsArrays;

    /// <summary>Keeps the channel that the server says is the current one.</summary>
    public bool AdoptsAnsweredChannel => version.Major is 8 ? Since(49) : Since(50);

    /// <summary>Hands <c>link</c> and <c>comment</c> of an offer to the app.</summary>
    public bool PassesLinkAndComment => Since(35);

    /// <summary>Asks how many bytes an update will take.</summary>
    public bool AsksForSizes => Since(47);

    /// <summary>Reports file names of a manifest that it refuses.</summary>
    public bool ReportsManifestPaths => Since(47);

    /// <summary>On iOS, ends every exchange after a fixed time, however much has come by then.</summary>
    public bool LimitsExchanges => version.Major is 8 ? !Before(45, 11) : Since(50);

    /// <summary>Events may carry metadata.</summary>
    public bool SendsMetadata => Since(46);

    /// <summary>Says which store the app came from.</summary>
    public bool SendsInstallSource => Since(50);

    /// <summary>Reports a bundle that was queued for the next background.</summary>
    public bool ReportsQueued => Since(45);

    /// <summary>Reports launches and how they ended.</summary>
    public bool ReportsLaunches => Since(51);

    /// <summary>Reports a change of the native app or of the operating system.</summary>
    public bool ReportsNativeChange => Since(49);

    /// <summary>Obeys the waiting time of a 429; before, any 429 silences events until the process ends.</summary>
    public bool ObeysRetryAfter => version.Major is 8 ? !Before(51, 8) : Since(51);

    /// <summary>Keeps undelivered events and sends them again; before, they are lost.</summary>
    public bool RequeuesEvents => ObeysRetryAfter;

    /// <summary>Reports the first 429 of a process.</summary>
    public bool ReportsRateLimit => !UsesCrc32;

    private bool Since(int minor, int patch = 0) =>
        !IsMisnumbered && version.Major >= 5 && (version.Major > 10 || !Before(minor, patch));

    private bool Before(int minor, int patch = 0) => (version.Minor, version.Build).CompareTo((minor, patch)) < 0;
}
