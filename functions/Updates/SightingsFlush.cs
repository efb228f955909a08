using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serverless.Outcomes;
using Serverless.Reports;
using Serverless.Storage;

namespace Serverless.Updates;

/// <summary>Sends what <see cref="Sightings"/> noted, every few seconds and at shutdown.</summary>
internal sealed partial class SightingsFlush(Sightings sightings, EvidenceQueue queue, TimeProvider time, ILogger<SightingsFlush> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await FlushAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops; what was noted since the last tick still counts.
            await FlushAsync();
        }
    }

    // Whatever goes wrong, the server goes on and the sightings are tried again: they are worth less than the checks it answers.
    private async Task FlushAsync()
    {
        var noted = sightings.Take();
        try
        {
            using var deadline = new CancellationTokenSource(SendTimeout, time);
            await queue.SendAsync(Queues.FailureReports, [.. noted.Where(item => item.Kind.IsFailure())], deadline.Token);
            await queue.SendAsync(Queues.DeviceEvents, [.. noted.Where(item => !item.Kind.IsFailure())], deadline.Token);
        }
        catch (Exception e)
        {
            sightings.Return(noted);
            LogHeld(noted.Count, e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Count} sightings could not be sent and are held until the next try.")]
    private partial void LogHeld(int count, Exception fault);
}
