namespace Serverless.Statistics;

/// <summary>Rolls statistics up, every five minutes, and forgets old ones, every hour.</summary>
internal sealed class StatisticsRollUpFunction(StatisticsRollUp rollUp)
{
    [Function("StatisticsRollUp")]
    public Task RunAsync([TimerTrigger("45 */5 * * * *")] TimerInfo timer, CancellationToken cancellation) => rollUp.RunAsync(cancellation);

    [Function("StatisticsSweep")]
    public Task SweepAsync([TimerTrigger("15 17 * * * *")] TimerInfo timer, CancellationToken cancellation) => rollUp.SweepAsync(cancellation);
}
