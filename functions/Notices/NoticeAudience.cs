using System.Collections.Immutable;
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

    /// <param name="viewer">Who asks.</param>
    /// <param name="exposures">Releases that the viewer's device was exposed to.</param>
    public bool Includes(NoticeViewer viewer, IReadOnlySet<BundleVersion> exposures) =>
        Meets(Platforms, viewer.Platform)
        && Meets(Versions, viewer.Version)
        && (ExposedTo is not { } release || release.Value == viewer.Version || exposures.Contains(release));

    private static bool Meets(ImmutableArray<string> limit, string? value) => limit.IsEmpty || (value is not null && limit.Contains(value));
}
