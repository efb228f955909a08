using Semver;

namespace Serverless.Releases;

/// <summary>
/// The name of a bundle: semver 2.0 without a leading <c>v</c>, at most 128 characters. Ordered by semver precedence, so a
/// pre-release comes before its release and build metadata does not count; equal only when written alike, because devices
/// compare the text.
/// </summary>
internal readonly record struct BundleVersion : IComparable<BundleVersion>
{
    /// <summary>What devices call the bundle shipped inside the app; never a version of ours.</summary>
    public const string Builtin = "builtin";

    private const int MaxLength = 128;

    private readonly SemVersion _semver;
    private readonly string? _text;

    private BundleVersion(string text, SemVersion semver)
    {
        _text = text;
        _semver = semver;
    }

    /// <summary>As written; empty for no version.</summary>
    public string Value => _text ?? "";

    /// <summary>The numbers, for comparing with a native build.</summary>
    public SemVersion Number => _semver;

    /// <summary>True for the names that devices and Capgo's tools use for "no bundle of ours".</summary>
    public static bool IsReserved(string text) =>
        text.Equals(Builtin, StringComparison.OrdinalIgnoreCase) || text.Equals("unknown", StringComparison.OrdinalIgnoreCase);

    public static bool TryParse(string? text, out BundleVersion version)
    {
        SemVersion? semver = null;
        var valid = text is { Length: > 0 } && SemVersion.TryParse(text, SemVersionStyles.Strict, out semver, MaxLength);
        version = valid ? new BundleVersion(text!, semver!) : default;
        return valid;
    }

    /// <summary>For text that was checked when it was stored.</summary>
    /// <exception cref="FormatException">The text is not a version: the store holds what we never wrote.</exception>
    public static BundleVersion Parse(string text) =>
        TryParse(text, out var version) ? version : throw new FormatException($"'{text}' is not a bundle version.");

    public int CompareTo(BundleVersion other) => SemVersion.ComparePrecedence(_semver, other._semver);

    public bool Equals(BundleVersion other) => string.Equals(Value, other.Value, StringComparison.Ordinal);

    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Value;

    public static bool operator <(BundleVersion left, BundleVersion right) => left.CompareTo(right) < 0;

    public static bool operator >(BundleVersion left, BundleVersion right) => left.CompareTo(right) > 0;

    public static bool operator <=(BundleVersion left, BundleVersion right) => left.CompareTo(right) <= 0;

    public static bool operator >=(BundleVersion left, BundleVersion right) => left.CompareTo(right) >= 0;
}
