namespace Serverless.Devices;

/// <summary>By what a part of the fleet is told from the rest.</summary>
internal enum CellKind
{
    Platform,
    NativeBuild,
    PluginGeneration,
    OsMajor,
}

/// <summary>A part of the fleet that may fail where the rest does not, such as <c>platform:ios</c> or <c>os:android-14</c>.</summary>
/// <param name="Kind">By what.</param>
/// <param name="Value">Lower-case letters, digits, dots and dashes, at most 32 characters.</param>
internal readonly record struct Cell(CellKind Kind, string Value)
{
    private const int MaxValue = 32;

    public static bool TryParse(string? text, out Cell cell)
    {
        cell = default;
        if (text?.Split(':', 2) is not [var word, { Length: > 0 and <= MaxValue } value] || !value.All(IsPlain))
        {
            return false;
        }

        CellKind? kind = word switch
        {
            "platform" => CellKind.Platform,
            "native" => CellKind.NativeBuild,
            "plugin" => CellKind.PluginGeneration,
            "os" => CellKind.OsMajor,
            _ => null,
        };
        cell = kind is { } known ? new Cell(known, value) : default;
        return kind is not null;
    }

    /// <summary>The value of what a device says about itself: what does not fit is replaced or cut, so that no device makes a row or a word of its own.</summary>
    public static string Plain(string text) =>
        new([.. text.Take(MaxValue).Select(char.ToLowerInvariant).Select(c => IsPlain(c) ? c : '-')]);

    public override string ToString() => Kind switch
    {
        CellKind.Platform => $"platform:{Value}",
        CellKind.NativeBuild => $"native:{Value}",
        CellKind.PluginGeneration => $"plugin:{Value}",
        _ => $"os:{Value}",
    };

    private static bool IsPlain(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-';
}
