using System.Text.RegularExpressions;
using Semver;
using Serverless.Storage;

namespace Serverless.Devices;

/// <summary>The version of a native build, read leniently: stores accept <c>1.4</c>, <c>v2</c> and <c>1.2.3.4</c>, and so must a policy.</summary>
/// <param name="Number">Missing parts are zero.</param>
internal sealed partial record NativeVersion(SemVersion Number)
{
    // An app has a few native versions and any number of devices.
    private static readonly RecentEntries<string, NativeVersion?> Known = new(1_000);

    /// <summary>Reads semver with parts missing, or else the first run of up to three numbers.</summary>
    /// <returns>Null when the text holds no number.</returns>
    public static NativeVersion? TryParse(string text) => Known.GetOrAdd(text, Read);

    /// <summary>Negative when this build comes before the version by semver precedence, in which a pre-release comes before its release.</summary>
    public int CompareTo(SemVersion version) => SemVersion.ComparePrecedence(Number, version);

    public override string ToString() => Number.ToString();

    private static NativeVersion? Read(string text)
    {
        var numbers = Numbers().Match(text);
        return SemVersion.TryParse(text, SemVersionStyles.Any, out var version) || SemVersion.TryParse(numbers.Value, SemVersionStyles.Any, out version)
            ? new NativeVersion(version)
            : null;
    }

    [GeneratedRegex(@"\d{1,9}(\.\d{1,9}){0,2}", RegexOptions.CultureInvariant)]
    private static partial Regex Numbers();
}
