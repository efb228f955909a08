using System.Collections.Immutable;

namespace Serverless.Errors;

/// <summary>An error group as people and scripts read it.</summary>
internal sealed record ErrorDescription
{
    public required string Version { get; init; }

    /// <summary>The plugin's action.</summary>
    public required string Code { get; init; }

    /// <summary>What usually is behind it.</summary>
    public required string LikelyCause { get; init; }

    /// <summary>The first line of the message, without what may be personal; null when devices wrote nothing.</summary>
    public string? Line { get; init; }

    /// <summary>How many devices, within 2 %.</summary>
    public required long Devices { get; init; }

    public required DateTimeOffset FirstSeenAt { get; init; }

    public required DateTimeOffset LastSeenAt { get; init; }

    /// <summary>Errors by day, of 14 days.</summary>
    public required ImmutableSortedDictionary<string, long> Trend { get; init; }

    /// <summary>Major and minor version.</summary>
    public string? Plugin { get; init; }

    /// <summary>Platform and major version.</summary>
    public string? Os { get; init; }

    /// <summary>The native app's version.</summary>
    public string? Native { get; init; }

    /// <summary>The same for the same error on every release.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The earlier release on which the same error was seen first.</summary>
    public string? RecursFrom { get; init; }

    public static ErrorDescription Of(ErrorGroup group) => new()
    {
        Version = group.Kind.Version.Value,
        Code = group.Kind.Code,
        LikelyCause = Errors.LikelyCause.Of(group.Kind.Code),
        Line = group.Kind.Line.Length > 0 ? group.Kind.Line : null,
        Devices = group.DeviceCount,
        FirstSeenAt = group.FirstSeenAt,
        LastSeenAt = group.LastSeenAt,
        Trend = group.Trend,
        Plugin = group.Kind.Cells.PluginGeneration,
        Os = group.Kind.Cells.OsMajor,
        Native = group.Kind.Cells.NativeBuild,
        Fingerprint = group.Kind.Fingerprint,
        RecursFrom = group.RecursFrom?.Value,
    };
}

internal sealed record ErrorList(ImmutableArray<ErrorDescription> Errors);
