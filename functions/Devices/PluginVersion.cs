using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Semver;
using Serverless.Storage;

namespace Serverless.Devices;

/// <summary>
/// The version of <c>@capgo/capacitor-updater</c> on a device, and what it can read. Majors 9 and 10 were numbered by accident in 2023 and are
/// older than all of 5.10, so no feature is gated by "at least" alone.
/// </summary>
internal readonly record struct PluginVersion
{
    // A few hundred were ever published.
    private static readonly RecentEntries<string, SemVersion?> Known = new(1_000);

    private readonly SemVersion _version;

    private PluginVersion(SemVersion version) => _version = version;

    /// <summary>Older than every protocol this server speaks.</summary>
    public bool IsUnsupported => Major < 5;

    /// <summary>Reads the zip's CRC-32 and knows no SHA-256.</summary>
    public bool VerifiesCrc32 => !Has(minor5: 10, minor6: 25, minor7: 0, patch7: 35);

    /// <summary>Installs from a list of files, and downloads only those it lacks. Came together with SHA-256.</summary>
    public bool ReadsFileLists => !VerifiesCrc32;

    /// <summary>Reads signatures in hexadecimal; earlier ones need the legacy encoding.</summary>
    public bool ReadsHexSignatures => Has(minor5: 30, minor6: 30, minor7: 30);

    /// <summary>Knows the fields <c>link</c> and <c>comment</c> of an offer.</summary>
    public bool ReadsLinks => Has(minor5: 35, minor6: 35, minor7: 35, minor8: 35);

    /// <summary>How an offer has to be written for this plugin.</summary>
    public PluginDialect Dialect => new(VerifiesCrc32, ReadsHexSignatures, ReadsLinks);

    /// <summary>Keeps a chosen channel on the device and sends it with every request.</summary>
    public bool KeepsChannel => Has(minor5: 34, minor6: 34, minor7: 34);

    /// <summary>Understands <c>{"version":"builtin"}</c>.</summary>
    public bool RevertsToBuiltin => Major switch
    {
        6 => _version.Minor >= 2,
        7 or 8 => true,
        _ => false,
    };

    // No number is too large for semver; all from 9 on are alike here.
    private int Major => (int)BigInteger.Min(_version.Major, 9);

    public static bool TryParse([NotNullWhen(true)] string? text, out PluginVersion version)
    {
        var semver = text is { Length: > 0 and <= 64 } ? Known.GetOrAdd(text, Read) : null;
        version = semver is null ? default : new PluginVersion(semver);
        return semver is not null;
    }

    public override string ToString() => _version?.ToString() ?? "";

    private static SemVersion? Read(string text) => SemVersion.TryParse(text, SemVersionStyles.Any, out var version) ? version : null;

    // Features came to majors 5, 6 and 7 as ports; 8 has had most of them from its first release.
    private bool Has(int minor5, int minor6, int minor7, int patch7 = 0, int minor8 = 0) => Major switch
    {
        5 => _version.Minor >= minor5,
        6 => _version.Minor >= minor6,
        7 => (_version.Minor, _version.Patch).CompareTo((minor7, patch7)) >= 0,
        8 => _version.Minor >= minor8,
        _ => false,
    };
}

/// <summary>What two plugins must have in common to be sent the same offer.</summary>
internal readonly record struct PluginDialect(bool VerifiesCrc32, bool ReadsHexSignatures, bool ReadsLinks);
