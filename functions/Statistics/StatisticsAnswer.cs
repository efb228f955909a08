namespace Serverless.Statistics;

/// <summary>Series for charts: the <c>n</c>th number of each belongs to the period that begins at the <c>n</c>th time.</summary>
internal sealed record StatisticsAnswer(TimeStep Step, Grouping? By, IReadOnlyList<DateTimeOffset> Times, IReadOnlyList<StatisticsSeries> Series);

/// <param name="Name">A version or platform, <c>other</c> or <c>builtin</c>; <c>all</c> when they are not told apart.</param>
/// <param name="ActiveDevices">Different devices that checked in, within 1.6 %; null by the minute. A device counts in every period, and for every version, that it was seen in.</param>
internal sealed record StatisticsSeries(string Name, IReadOnlyList<long>? ActiveDevices)
{
    public const string All = "all";

    /// <inheritdoc cref="Measure.Checks"/>
    public required IReadOnlyList<long> Checks { get; init; }

    /// <inheritdoc cref="Measure.Offers"/>
    public required IReadOnlyList<long> Offers { get; init; }

    /// <inheritdoc cref="Measure.ZipDownloadsStarted"/>
    public required IReadOnlyList<long> ZipDownloadsStarted { get; init; }

    /// <inheritdoc cref="Measure.ZipDownloads"/>
    public required IReadOnlyList<long> ZipDownloads { get; init; }

    /// <inheritdoc cref="Measure.FileDownloadsStarted"/>
    public required IReadOnlyList<long> FileDownloadsStarted { get; init; }

    /// <inheritdoc cref="Measure.FileDownloads"/>
    public required IReadOnlyList<long> FileDownloads { get; init; }

    /// <inheritdoc cref="Measure.Installs"/>
    public required IReadOnlyList<long> Installs { get; init; }

    /// <inheritdoc cref="Measure.Good"/>
    public required IReadOnlyList<long> Good { get; init; }

    /// <inheritdoc cref="Measure.Failed"/>
    public required IReadOnlyList<long> Failed { get; init; }

    /// <inheritdoc cref="Measure.DownloadedBytes"/>
    public required IReadOnlyList<long> DownloadedBytes { get; init; }

    /// <inheritdoc cref="Measure.SparedBytes"/>
    public required IReadOnlyList<long> SparedBytes { get; init; }

    /// <param name="name">The series' name.</param>
    /// <param name="points">In the order of the times.</param>
    /// <param name="activeDevices">In the same order.</param>
    public static StatisticsSeries Of(string name, IReadOnlyList<Measures> points, IReadOnlyList<long>? activeDevices)
    {
        return new StatisticsSeries(name, activeDevices)
        {
            Checks = Line(Measure.Checks),
            Offers = Line(Measure.Offers),
            ZipDownloadsStarted = Line(Measure.ZipDownloadsStarted),
            ZipDownloads = Line(Measure.ZipDownloads),
            FileDownloadsStarted = Line(Measure.FileDownloadsStarted),
            FileDownloads = Line(Measure.FileDownloads),
            Installs = Line(Measure.Installs),
            Good = Line(Measure.Good),
            Failed = Line(Measure.Failed),
            DownloadedBytes = Line(Measure.DownloadedBytes),
            SparedBytes = Line(Measure.SparedBytes),
        };

        long[] Line(Measure measure) => [.. points.Select(point => point[measure])];
    }
}
