namespace Serverless.Statistics;

/// <summary>How an app's devices are doing.</summary>
/// <param name="At">The beginning of the minute in which it was read.</param>
/// <param name="LastMinute">Of the last whole minute: what happens per minute.</param>
/// <param name="LastHour">Of this minute and the 59 before it.</param>
/// <param name="LastDay">Of this hour and the 23 before it.</param>
/// <param name="ActiveDevicesToday">Different devices that checked in since midnight UTC, within 1.6 %.</param>
/// <param name="Adoption">The devices of today by the version that they run, most first. One that changed its version today counts for both.</param>
internal sealed record StatisticsOverview(
    DateTimeOffset At,
    UsageFigures LastMinute,
    UsageFigures LastHour,
    UsageFigures LastDay,
    long ActiveDevicesToday,
    IReadOnlyList<VersionShare> Adoption);

/// <param name="Version">A release, <c>builtin</c> or <c>other</c>.</param>
/// <param name="Devices">How many run it.</param>
/// <param name="Share">Of all that were counted, from 0 to 1.</param>
internal sealed record VersionShare(string Version, long Devices, double Share);

/// <summary>What happened in a time.</summary>
/// <param name="Checks"><inheritdoc cref="Measure.Checks" path="/summary"/></param>
/// <param name="Offers"><inheritdoc cref="Measure.Offers" path="/summary"/></param>
/// <param name="Downloads">Downloads that ended, as zips or by files.</param>
/// <param name="Installs"><inheritdoc cref="Measure.Installs" path="/summary"/></param>
/// <param name="Good"><inheritdoc cref="Measure.Good" path="/summary"/></param>
/// <param name="Failed"><inheritdoc cref="Measure.Failed" path="/summary"/></param>
/// <param name="SuccessRate">The share of the good among the verdicts, from 0 to 1; null while there are none.</param>
/// <param name="DownloadedBytes"><inheritdoc cref="Measure.DownloadedBytes" path="/summary"/></param>
/// <param name="SparedBytes"><inheritdoc cref="Measure.SparedBytes" path="/summary"/></param>
internal sealed record UsageFigures(
    long Checks, long Offers, long Downloads, long Installs, long Good, long Failed, double? SuccessRate, long DownloadedBytes, long SparedBytes)
{
    public static UsageFigures Of(Measures sum)
    {
        var (good, failed) = (sum[Measure.Good], sum[Measure.Failed]);
        return new UsageFigures(
            sum[Measure.Checks],
            sum[Measure.Offers],
            sum[Measure.ZipDownloads] + sum[Measure.FileDownloads],
            sum[Measure.Installs],
            good,
            failed,
            good + failed == 0 ? null : (double)good / (good + failed),
            sum[Measure.DownloadedBytes],
            sum[Measure.SparedBytes]);
    }
}
