using System.Text.RegularExpressions;

namespace Serverless.Apps;

/// <summary>
/// A Capacitor app id such as <c>com.example.app</c>: reverse-domain, ASCII, at most 155 characters (the longest bundle id Apple accepts).
/// Compared exactly: stores treat ids that differ in case as different apps. Safe as a table key and as a blob path segment.
/// </summary>
internal readonly partial record struct AppId
{
    private const int MaxLength = 155;

    /// <summary>An app that nobody can make, because its id is none: it has no releases, no devices and no rows, and never will.</summary>
    public static readonly AppId None = new("-");

    private AppId(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse(string? text, out AppId appId)
    {
        var valid = text is { Length: > 0 and <= MaxLength } && Pattern().IsMatch(text);
        appId = valid ? new AppId(text!) : default;
        return valid;
    }

    public override string ToString() => Value;

    [GeneratedRegex(@"\A[A-Za-z0-9]+(\.[A-Za-z0-9_-]+)+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
