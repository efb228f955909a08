using System.Collections.Immutable;
using Serverless.Devices;
using Serverless.Releases;

namespace Serverless.Notices;

/// <summary>Whom a notice is for. What is empty does not limit it; a viewer must meet every limit there is.</summary>
internal sealed record NoticeAudience
{
    public const int MaxVersions = 20;

    public static readonly NoticeAudience Everyone = new();

    public static readonly ImmutableArray<string> KnownPlatforms = ["android", "ios", "electron"];

    /// <summary>As plugins name them.</summary>
    public ImmutableArray<string> Platforms { get => field.IsDefault ? [] : field; init; }

    /// <summary>What devices run: versions of bundles, <c>builtin</c>, or those of native builds.</summary>
    public ImmutableArray<string> Versions { get => field.IsDefault ? [] : field; init; }

    /// <summary>Only devices that run, or ran, this release.</summary>
    public BundleVersion? ExposedTo { get; init; }

    /// <summary>Of those devices, only the ones in these parts of the fleet.</summary>
    public ImmutableArray<Cell> Cells { get => field.IsDefault ? [] : field; init; }

    /// <summary>Whether only the record of the viewer's device can tell that it is meant.</summary>
    public bool NeedsRecord(NoticeViewer viewer) => ExposedTo is { } release && (release.Value != viewer.Version || !Cells.IsEmpty);

    /// <param name="viewer">Who asks.</param>
    /// <param name="exposures">Releases that the viewer's device was exposed to, and the parts of the fleet it was in then.</param>
    public bool Includes(NoticeViewer viewer, IReadOnlyDictionary<BundleVersion, DeviceCells> exposures) =>
        Meets(Platforms, viewer.Platform)
        && Meets(Versions, viewer.Version)
        && (ExposedTo is not { } release || IsExposed(release, viewer, exposures));

    // Without a record, what a viewer says of itself must do; that it does not say where it is in doubt keeps the notice from it.
    private bool IsExposed(BundleVersion release, NoticeViewer viewer, IReadOnlyDictionary<BundleVersion, DeviceCells> exposures) =>
        exposures.TryGetValue(release, out var recorded)
            ? Cells.IsEmpty || Cells.Any(cell => recorded.Contains(cell))
            : release.Value == viewer.Version && (Cells.IsEmpty || Cells.Any(cell => cell == new Cell(CellKind.Platform, viewer.Platform ?? "")));

    private static bool Meets(ImmutableArray<string> limit, string? value) => limit.IsEmpty || (value is not null && limit.Contains(value));
}
