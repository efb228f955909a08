using System.Collections.Immutable;
using Serverless.Devices;

namespace Serverless.Simulation;

/// <summary>A fleet in cells that fail at rates of their own.</summary>
/// <param name="Name">What is told of it.</param>
/// <param name="Fleet">Devices that are exposed unless the release is halted.</param>
/// <param name="History">Devices in the history of the stable release.</param>
/// <param name="Parts">Every device is in one of these.</param>
/// <param name="BadCell">The smallest cell that holds all of what is bad; null when nothing is.</param>
internal sealed record CellScenario(string Name, long Fleet, long History, ImmutableArray<Part> Parts, Cell? BadCell = null)
{
    private static readonly Cell Ios = new(CellKind.Platform, "ios");
    private static readonly Cell NewestIos = new(CellKind.OsMajor, "ios-26");

    public static IReadOnlyList<CellScenario> All { get; } =
    [
        new("healthy everywhere", 4_000, 100_000, Split(_ => 0)),
        new("one platform always failed more", 4_000, 100_000, Split(part => part.Platform == "android" ? 0.02 : 0, isHistory: true)),
        new("20 % on one platform", 20_000, 100_000, Split(part => part.Platform == "ios" ? 0.2 : 0), Ios),
        new("5 % on one platform", 20_000, 100_000, Split(part => part.Platform == "ios" ? 0.05 : 0), Ios),
        new("50 % on one system version", 20_000, 100_000, Split(part => part.Os == "ios-26" ? 0.5 : 0), NewestIos),
        new("20 % on one system version", 20_000, 100_000, Split(part => part.Os == "ios-26" ? 0.2 : 0), NewestIos),
        new("5 % everywhere", 20_000, 100_000, Split(_ => 0.05)),
        new("20 % everywhere", 20_000, 100_000, Split(_ => 0.2)),
    ];

    /// <summary>Whether the release fails anywhere more often than the stable one.</summary>
    public bool IsHealthy => Parts.All(part => part.CandidateRate <= part.StableRate);

    private static ImmutableArray<Part> Split(Func<Part, double> added, bool isHistory = false) =>
    [
        .. new Part[]
        {
            new(0.30, "android", "android-15", 0.005, 0), new(0.15, "android", "android-14", 0.005, 0), new(0.10, "android", "android-13", 0.005, 0),
            new(0.30, "ios", "ios-18", 0.005, 0), new(0.10, "ios", "ios-26", 0.005, 0), new(0.05, "ios", "ios-17", 0.005, 0),
        }.Select(part => part with
        {
            StableRate = part.StableRate + (isHistory ? added(part) : 0),
            CandidateRate = Math.Max(part.StableRate, added(part) + (isHistory ? part.StableRate : 0)),
        }),
    ];
}

/// <param name="Share">Of the fleet.</param>
/// <param name="Platform">One of its cells.</param>
/// <param name="Os">The other.</param>
/// <param name="StableRate">Share of its devices on which the stable release fails.</param>
/// <param name="CandidateRate">Share of its devices on which the candidate fails.</param>
internal sealed record Part(double Share, string Platform, string Os, double StableRate, double CandidateRate)
{
    public ImmutableArray<Cell> Cells { get; } = [new(CellKind.Platform, Platform), new(CellKind.OsMajor, Os)];
}
