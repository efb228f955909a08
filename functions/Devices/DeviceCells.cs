namespace Serverless.Devices;

/// <summary>The cells that a device belongs to, one of each kind; a kind of which it says nothing is missing.</summary>
/// <param name="Platform">Such as <c>ios</c>.</param>
/// <param name="NativeBuild">The version of the store binary, such as <c>1.4.0</c>.</param>
/// <param name="PluginGeneration">Major and minor version of the plugin, such as <c>8.51</c>.</param>
/// <param name="OsMajor">Platform and major version of the operating system, such as <c>android-14</c>.</param>
internal readonly record struct DeviceCells(string? Platform, string? NativeBuild, string? PluginGeneration, string? OsMajor)
{
    /// <param name="platform">As sent; all may be null or of any form.</param>
    /// <param name="versionBuild">As sent.</param>
    /// <param name="pluginVersion">As sent.</param>
    /// <param name="versionOs">As sent, such as <c>14</c> or <c>17.5.1</c>.</param>
    public static DeviceCells Of(string? platform, string? versionBuild, string? pluginVersion, string? versionOs) => new(
        Value(platform),
        Value(versionBuild),
        Value(Leading(pluginVersion, 2)),
        Leading(versionOs, 1) is { } major && !string.IsNullOrEmpty(platform) ? Cell.Plain($"{platform}-{major}") : null);

    public bool Contains(Cell cell) => cell.Value == cell.Kind switch
    {
        CellKind.Platform => Platform,
        CellKind.NativeBuild => NativeBuild,
        CellKind.PluginGeneration => PluginGeneration,
        _ => OsMajor,
    };

    public IEnumerable<Cell> All()
    {
        foreach (var kind in Enum.GetValues<CellKind>())
        {
            var value = kind switch
            {
                CellKind.Platform => Platform,
                CellKind.NativeBuild => NativeBuild,
                CellKind.PluginGeneration => PluginGeneration,
                _ => OsMajor,
            };
            if (value is not null)
            {
                yield return new Cell(kind, value);
            }
        }
    }

    private static string? Value(string? text) => string.IsNullOrEmpty(text) ? null : Cell.Plain(text);

    private static string? Leading(string? version, int parts) =>
        string.IsNullOrEmpty(version) ? null : string.Join('.', version.Split('.').Take(parts));
}
