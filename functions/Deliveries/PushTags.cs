using System.Text.RegularExpressions;
using Serverless.Apps;
using Serverless.Devices;
using Serverless.Notices;

namespace Serverless.Deliveries;

/// <summary>
/// Audiences as tag expressions of Notification Hubs, over the tags that apps register: <c>app:…</c>, <c>platform:…</c> and <c>version:…</c>.
/// An expression holds at most six tags unless it has only ORs, so a long audience becomes several.
/// </summary>
internal static partial class PushTags
{
    private const int MaxTags = 6;
    private const int MaxTagLength = 120;

    /// <returns>Empty when no tag can say the audience.</returns>
    public static IEnumerable<string> For(AppId app, NoticeAudience audience)
    {
        if (!audience.Cells.All(cell => cell.Kind is CellKind.Platform))
        {
            return [];
        }

        var platforms = audience.Platforms.Concat(audience.Cells.Select(cell => cell.Value)).Distinct().Select(platform => $"platform:{platform}").ToArray();
        var versions = (audience.ExposedTo is { } release ? [release.Value] : audience.Versions).Distinct().Select(version => $"version:{Plain(version)}").ToArray();
        var owner = $"app:{app}";
        if (versions.Append(owner).Any(tag => tag.Length > MaxTagLength))
        {
            return [];
        }

        var rooms = versions.Length == 0 ? [[]] : versions.Chunk(MaxTags - 1 - platforms.Length);
        return rooms.Select(some => string.Join(" && ", new[] { owner, AnyOf(platforms), AnyOf(some) }.OfType<string>()));
    }

    private static string? AnyOf(string[] tags) => tags switch
    {
        [] => null,
        [var only] => only,
        _ => $"({string.Join(" || ", tags)})",
    };

    // Build metadata's plus sign and the like are no characters of a tag.
    private static string Plain(string version) => Foreign().Replace(version, "_");

    [GeneratedRegex("[^A-Za-z0-9_@#.:-]", RegexOptions.CultureInvariant)]
    private static partial Regex Foreign();
}
